import { test } from "vitest";
import { openWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

/**
 * One story through the real app: a real Postgres, real git over HTTP, the sandbox, and a stateful stand-in for GitHub.
 *
 * Jobs are taken by hand, so races are staged. An error in any handler fails the test, unless the world is `tolerant`.
 */
export function scenario(name: string, story: (world: World) => Promise<void>, options: WorldOptions = {}): void {
  test(name, async () => {
    const world = await openWorld(options);
    try {
      await story(world);
    } finally {
      await world.close();
    }
  });
}
