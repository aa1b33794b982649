import fc from "fast-check";
import { expect, test } from "vitest";
import { GraphqlSyntaxError, parseGraphql } from "./graphqlDocument.ts";

test("aliases, variables, defaults, enums, lists, block strings, fragments, comments", () => {
  const source = `
    # what and why
    mutation M($id: ID!, $tags: [String!]! = ["a", "b"], $none: String) {
      one: update(input: { id: $id, state: OPEN, n: -1.5, tags: $tags, none: $none, text: """
        first
          second
      """ }) { node { ... on PullRequest { id } number } }
      two
    }`;
  expect(parseGraphql(source, { id: "PR_1" })).toEqual({
    kind: "mutation",
    fields: [
      {
        key: "one",
        name: "update",
        arguments: {
          input: { id: "PR_1", state: "OPEN", n: -1.5, tags: ["a", "b"], none: null, text: "first\n  second" },
        },
        selection: [
          {
            key: "node",
            name: "node",
            arguments: {},
            selection: [
              { key: "id", name: "id", arguments: {}, selection: [] },
              { key: "number", name: "number", arguments: {}, selection: [] },
            ],
          },
        ],
      },
      { key: "two", name: "two", arguments: {}, selection: [] },
    ],
  });
});

test.each(["", "{", "{ a(b: $c) }", "subscription { a }", "{ a } { b }", "fragment F on X { a }", "{ a ^ }"])(
  "what it cannot read it says so about: %s",
  (wrong) => {
    expect(() => parseGraphql(wrong, {})).toThrow(GraphqlSyntaxError);
  },
);

test("any text survives as a string and as a variable", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const written = parseGraphql(`{ f(a: ${JSON.stringify(text)}, b: $b) }`, { b: text });
      expect(written.fields[0]?.arguments).toEqual({ a: text, b: text });
    }),
  );
});
