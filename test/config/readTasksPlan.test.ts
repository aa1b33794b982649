import { describe, expect, test } from "vitest";
import { readPlan } from "../../src/config/readPlan.ts";
import { phasesOf, read, refusal, sourceOf } from "./planReading.ts";

const refusedTasks = (text: string) => refusal(read("specs/x", [{ path: "specs/x/tasks.md", text }]));

describe("Spec Kit's tasks.md", () => {
  const TASKS = `# Tasks: Photo albums

<!-- - [ ] T000 A sample, not a task -->

## Format: \`[ID] [P?] [Story] Description\`

- **[P]**: Can run in parallel

## Phase 1: Setup (Shared Infrastructure)

- [X] T001 Create project structure
- [ ] T002 [P] Configure linting in .oxlintrc.json and \`package.json\`

## Phase 2: User Story 1 - Albums (Priority: P1) 🎯 MVP

**Goal**: Albums

### Tests for User Story 1

- [ ] T003 [P] [US1] Contract test in tests/contract/test_albums.py
  - must fail first <!-- secretly -->

### Implementation for User Story 1

- [ ] T004 [US1] Create the model in src/models/__init__.py (depends on T001, T005)
- [ ] **T005** [US1] Add authentication/authorization under docs/ for Node.js
- [ ] T006 [US1] Add logging (depends on T002-T005)

## Notes

- [ ] Not a task: it has no number
`;
  const albums = { path: "specs/001-photo-albums/tasks.md", text: TASKS };
  const other = { path: "specs/billing/tasks.md", text: "- [ ] T001 Bill" };

  test("its open tasks, in tiers", () => {
    const result = read("Implements specs/001-photo-albums.", [albums, other]);
    expect(sourceOf(result)).toBe("tasks_md");
    expect(phasesOf(result)).toMatchInlineSnapshot(`
      [
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [
            "package.json",
            ".oxlintrc.json",
          ],
          "impacts": [],
          "instructions": "T002 [P] Configure linting in .oxlintrc.json and \`package.json\`

      This is a task of \`specs/001-photo-albums/tasks.md\`; the specification and the plan lie beside it.",
          "priority": 2,
          "spec": null,
          "tier": "Phase 1: Setup (Shared Infrastructure)",
          "title": "T002 Configure linting in .oxlintrc.json and \`package.json\`",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [
            "tests/contract/test_albums.py",
          ],
          "impacts": [],
          "instructions": "T003 [P] [US1] Contract test in tests/contract/test_albums.py
      - must fail first

      This is a task of \`specs/001-photo-albums/tasks.md\`; the specification and the plan lie beside it.",
          "priority": 2,
          "spec": null,
          "tier": "Phase 2: User Story 1 - Albums (Priority: P1) 🎯 MVP",
          "title": "T003 Contract test in tests/contract/test_albums.py",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [],
          "files": [
            "docs/**",
          ],
          "impacts": [],
          "instructions": "**T005** [US1] Add authentication/authorization under docs/ for Node.js

      This is a task of \`specs/001-photo-albums/tasks.md\`; the specification and the plan lie beside it.",
          "priority": 2,
          "spec": null,
          "tier": "Phase 2: User Story 1 - Albums (Priority: P1) 🎯 MVP",
          "title": "T005 Add authentication/authorization under docs/ for Node.js",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [
            3,
          ],
          "files": [
            "src/models/__init__.py",
          ],
          "impacts": [],
          "instructions": "T004 [US1] Create the model in src/models/__init__.py (depends on T001, T005)

      This is a task of \`specs/001-photo-albums/tasks.md\`; the specification and the plan lie beside it.",
          "priority": 2,
          "spec": null,
          "tier": "Phase 2: User Story 1 - Albums (Priority: P1) 🎯 MVP",
          "title": "T004 Create the model in src/models/__init__.py",
        },
        {
          "acceptance": [],
          "category": "general",
          "complexity": null,
          "dependsOn": [
            1,
            2,
            3,
            4,
          ],
          "files": [],
          "impacts": [],
          "instructions": "T006 [US1] Add logging (depends on T002-T005)

      This is a task of \`specs/001-photo-albums/tasks.md\`; the specification and the plan lie beside it.",
          "priority": 2,
          "spec": null,
          "tier": "Phase 2: User Story 1 - Albums (Priority: P1) 🎯 MVP",
          "title": "T006 Add logging",
        },
      ]
    `);
  });

  test.each([
    ["001-photo-albums", "tasks_md"],
    ["the branch `001-photo-albums`", "tasks_md"],
    ["see specs/001-photo-albums/spec.md", "tasks_md"],
    ["see specs/billing", "tasks_md"],
    ["billing is broken", "issue"],
    ["001-photo-albums-v2", "issue"],
    ["2001-photo-albums", "issue"],
    ["<!-- specs/001-photo-albums -->", "issue"],
    ["- [ ] do specs/billing", "tasks_md"],
    ["specs/unknown", "issue"],
  ])("named by “%s”: %s", (body, source) => {
    expect(sourceOf(read(body, [albums, other]))).toBe(source);
  });

  test("named by the title", () => {
    const issue = { title: "Build 001-photo-albums", body: "" };
    expect(sourceOf(readPlan({ issue, specs: [albums, other] }))).toBe("tasks_md");
  });

  test("two features are ambiguous", () => {
    expect(refusal(read("specs/billing and 001-photo-albums", [albums, other]))).toMatchInlineSnapshot(
      `"the issue names several features (\`specs/001-photo-albums/tasks.md\`, \`specs/billing/tasks.md\`): a run takes one"`,
    );
  });

  test.each([
    ["no tasks", "# Tasks\n\n- [ ] something"],
    ["all done", "- [x] T001 Done\n- [X] T002 Done, too"],
    ["a number twice", "- [ ] T001 One\n- [x] T001 Two"],
    ["an unknown dependency", "- [ ] T001 One (depends on T009)"],
    ["a later phase first", "## Phase 1: A\n- [ ] T001 One (depends on T002)\n## Phase 2: B\n- [ ] T002 Two"],
    ["a circle", "- [ ] T001 One (depends on T002)\n- [ ] T002 Two (depends on T001)"],
    ["too many", Array.from({ length: 30 }, (_, index) => `- [ ] T${100 + index} Do`).join("\n")],
    ["too tangled", "]".repeat(5000)],
  ])("%s", (name, text) => {
    expect(refusedTasks(text)).toMatchSnapshot(name);
  });
});
