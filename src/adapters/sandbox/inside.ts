/**
 * Where things lie inside a sandbox: below a folder that no host has, so that paths that keep their place (`readable`)
 * are never in the way. A mount inside another would have to create its folder in the checkout.
 */
export const INSIDE = {
  root: "/sandbox",
  checkout: "/sandbox/work",
  exchange: "/sandbox/exchange",
  home: "/sandbox/home",
  node: "/sandbox/node",
  bridges: "/sandbox/bridges",
} as const;
