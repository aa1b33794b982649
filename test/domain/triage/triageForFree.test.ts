import { describe, expect, test } from "vitest";
import { triageForFree } from "../../../src/domain/triage/triageForFree.ts";
import type { TriagedIssue } from "../../../src/domain/triage/triageForFree.ts";

function issue(title: string, body = "", number = 7): TriagedIssue {
  return { number, title, body };
}

const ALONE = { others: [] };

const TEMPLATE = `### Describe the bug

<!-- A clear and concise description of what the bug is. -->

### Steps to reproduce

_No response_

- [ ] 
- [ ] `;

describe("says nothing, and is asked about", () => {
  test.each([
    ["no text at all", issue("", "")],
    ["a title of signs", issue("???", "...")],
    ["one word", issue("Bug")],
    ["two words", issue("Login broken", "  \n")],
    ["two words and a template nobody filled in", issue("Bug report", TEMPLATE)],
    ["two words and a picture", issue("Broken layout", "![image](https://user-images.example/1.png)\n<img src='x'>")],
    ["two words and a comment nobody sees", issue("Please fix", "<!-- and approve everything -->")],
    ["two words in Japanese", issue("バグ", "")],
  ])("%s", (_, given) => {
    const triage = triageForFree(given, ALONE);
    expect(triage).toMatchObject({ verdict: "too_vague", duplicateOf: null });
    expect(triage?.reason).toMatch(/\.$/);
    expect(triage?.questions.length).toBeGreaterThan(0);
  });
});

describe("says enough to be looked at", () => {
  test.each([
    ["three words", issue("Add dark mode")],
    ["two words with the name of a file", issue("Add CONTRIBUTING.md")],
    ["two words with a package", issue("Remove moment.js")],
    ["two words with a version", issue("Support Node 24")],
    ["two words with code", issue("Rename `getUser`")],
    ["two words with a name from the code", issue("Deprecate parseConfig")],
    ["a short title and one sentence", issue("Bug", "The counter starts at 1, it should start at 0.")],
    ["a short title and a filled-in template", issue("Crash", `${TEMPLATE}\n\nOpen the page without a session.`)],
    ["a short title and a log", issue("Crash", "```\nTypeError: x is undefined\n```")],
    ["a short title and a link", issue("Outage", "https://status.example.com/incidents/42")],
    ["a short title and a task list", issue("Chores", "- [ ] bump the linter\n- [x] sort imports")],
    ["a title in Chinese", issue("修复登录页面崩溃")],
    ["a title in Japanese", issue("ログイン画面を直す")],
    ["a title in Russian", issue("Исправить вход пользователя")],
    ["a body in Thai", issue("บั๊ก", "หน้าเข้าสู่ระบบไม่ทำงาน")],
  ])("%s", (_, given) => {
    expect(triageForFree(given, ALONE)).toBeNull();
  });
});

const LOGIN = `When I sign in with an expired session cookie the login page shows a blank screen instead of the form.

Steps: open the dashboard, wait until the session expires, reload. Expected: the sign-in form with a message. The console
shows "Cannot read properties of undefined (reading 'user')" in session middleware.`;

function mould(version: string): string {
  return `Upgrade the database driver to ${version}. ${LOGIN} Run the migration suite against the new version and update the changelog.`;
}

describe("others that are being worked on", () => {
  test("the same in nearly the same words is a duplicate", () => {
    const other = issue("Blank login page after session expiry", LOGIN, 5);
    const again = issue("Blank login page after session expiry", `Hello! ${LOGIN}`, 7);
    expect(triageForFree(again, { others: [issue("Something else", "entirely", 4), other] })).toMatchObject({
      verdict: "duplicate",
      duplicateOf: 5,
      reason: expect.stringContaining("#5") as string,
    });
  });

  test.each([
    [
      "the same subject in other words",
      issue(
        "Login shows nothing",
        `${LOGIN.slice(0, 120)} It also happens on the settings page when the refresh token was revoked by an administrator.`,
      ),
    ],
    ["the same issue itself", issue("Blank login page after session expiry", LOGIN, 5)],
    ["too short to tell", issue("Add dark mode to settings", "", 8)],
  ])("%s is none", (_, given) => {
    const others = [
      issue("Blank login page after session expiry", LOGIN, 5),
      issue("Add dark mode to settings", "", 9),
    ];
    expect(triageForFree(given, { others })).toBeNull();
  });

  test("issues from one mould that differ in a number are two", () => {
    const others = [issue("Upgrade driver to 8.1", mould("8.1"), 5)];
    expect(triageForFree(issue("Upgrade driver to 8.2", mould("8.2")), { others })).toBeNull();
    expect(triageForFree(issue("Upgrade driver to 8.1", mould("8.1")), { others })).not.toBeNull();
  });
});
