import { expect, test } from "vitest";
import { holdLabels, startLabels, stateLabels } from "../../src/commands/labels.ts";
import { mayUse } from "../../src/commands/mayUse.ts";
import { parseCommands } from "../../src/commands/parseCommands.ts";
import { commandNames, specs } from "../../src/commands/specs.ts";
import { ROLES } from "../../src/domain/role.ts";

const person = { role: "write", isRequester: false, isBot: false, repositoryIsPrivate: false } as const;

test("who may use what", () => {
  const table = commandNames.map((name) => {
    const allowed = (repositoryIsPrivate: boolean) =>
      ROLES.find((role) => mayUse(specs[name], { ...person, role, repositoryIsPrivate }).allowed);
    return `${name}: public ${allowed(false)}, private ${allowed(true)}`;
  });
  expect(table).toMatchInlineSnapshot(`
    [
      "run: public write, private write",
      "plan: public triage, private triage",
      "approve: public write, private write",
      "status: public triage, private read",
      "why: public triage, private read",
      "explain: public triage, private triage",
      "retry: public write, private write",
      "skip: public write, private write",
      "fix: public write, private write",
      "audit: public write, private write",
      "preflight: public write, private write",
      "ci: public write, private write",
      "pause: public write, private write",
      "resume: public write, private write",
      "hold: public write, private write",
      "unhold: public write, private write",
      "cancel: public write, private write",
      "rollback: public maintain, private maintain",
      "budget: public maintain, private maintain",
      "override: public maintain, private maintain",
      "promote: public write, private write",
      "backlog: public triage, private triage",
      "debt: public write, private write",
      "help: public triage, private read",
      "ping: public triage, private read",
    ]
  `);
});

test("a refusal says what is lacking", () => {
  expect(mayUse(specs.run, { ...person, role: "triage" })).toEqual({
    allowed: false,
    needs: "write access to this repository",
  });
  expect(mayUse(specs.approve, { ...person, role: "admin", isRequester: true })).toEqual({
    allowed: false,
    needs: "somebody other than the person who asked for the run",
  });
  expect(mayUse(specs.cancel, { ...person, isRequester: true })).toEqual({ allowed: true });
});

test("bots may do nothing, whatever their role", () => {
  for (const name of commandNames) {
    expect(mayUse(specs[name], { ...person, role: "admin", isBot: true }).allowed).toBe(false);
  }
});

test.each(commandNames)("the specification of %s agrees with itself", (name) => {
  const spec = specs[name];
  expect(spec.name).toBe(name);
  expect(spec.usage).toMatch(new RegExp(`^/autopack ${name}\\b`));
  expect(parseCommands(spec.examples.join("\n"), { slug: "autopack", bare: false })).toMatchObject(
    spec.examples.map(() => ({ kind: "command", name })),
  );
});

test.each([startLabels, holdLabels, stateLabels].flatMap((labels) => Object.values(labels)))(
  "GitHub takes the label $name",
  ({ color, description, name }) => {
    expect(color).toMatch(/^[0-9a-f]{6}$/);
    expect(description.length).toBeLessThanOrEqual(100);
    expect(name.length).toBeLessThanOrEqual(50);
  },
);
