import type { Context, Hono } from "hono";
import { html, raw } from "hono/html";
import type { ApiEnvironment } from "./api.ts";
import { latestCheckRuns } from "./checks.ts";
import { getCommit } from "./commits.ts";
import { git } from "./git.ts";
import { ask, readIssue } from "./issueStore.ts";
import { commentSchema } from "./issueStore.ts";
import { Problem, notFound } from "./problem.ts";
import { gitFacts, judge } from "./pullFacts.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { findRepository } from "./world.ts";
import type { World } from "./world.ts";
import { z } from "zod";

type Page = Context<ApiEnvironment>;

/** Plain read-only pages, so that the links people are given lead somewhere. Private repositories show theirs, too. */
export function pageRoutes(site: Hono<ApiEnvironment>, world: World): void {
  const repositoryOf = (c: Page): Repository => {
    const repository = findRepository(world, `${c.req.param("owner")}/${c.req.param("repo")}`);
    if (repository === undefined) throw notFound();
    return repository;
  };

  site.get("/:owner/:repo/issues/:number", async (c) => {
    const repository = repositoryOf(c);
    const number = Number(c.req.param("number"));
    if (repository.pulls.has(number)) return c.redirect(`/${fullName(repository)}/pull/${number}`);
    return c.html(layout(`#${number}`, await conversation(world, repository, number)));
  });

  site.get("/:owner/:repo/pull/:number", async (c) => {
    const repository = repositoryOf(c);
    const pull = repository.pulls.get(Number(c.req.param("number")));
    if (pull === undefined) throw notFound();
    const facts = await gitFacts(repository, pull);
    const { state } = judge(repository, pull, facts);
    const checks = latestCheckRuns(repository, pull.head.sha);
    const content = html`${await conversation(world, repository, pull.number)}
      <h2>Merge</h2>
      <p>
        ${pull.head.ref} (<code>${pull.head.sha}</code>) → ${pull.base.ref}:
        ${pull.merged === undefined ? state : `merged as ${pull.merged.sha} by ${pull.merged.by}`}
      </p>
      <h2>Checks</h2>
      <ul>
        ${checks.map((run) => html`<li>${run.name}: <b>${run.conclusion ?? run.status}</b> ${run.title ?? ""}</li>`)}
      </ul>
      <h2>Commits</h2>
      <ul>
        ${facts.commits.map((commit) => html`<li><a href="/${fullName(repository)}/commit/${commit.sha}">${commit.sha.slice(0, 10)}</a> ${commit.message.split("\n")[0]}</li>`)}
      </ul>
      <h2>Files</h2>
      <ul>
        ${facts.files.map((file) => html`<li>${file.status} ${file.path} +${file.additions} −${file.deletions}</li>`)}
      </ul>`;
    return c.html(layout(`#${pull.number}`, content));
  });

  site.get("/:owner/:repo/commit/:sha", async (c) => {
    const repository = repositoryOf(c);
    const { sha } = await getCommit(repository.directory, c.req.param("sha"));
    return c.html(layout(sha, html`<pre>${await git(repository.directory, ["show", "--stat", "--patch", sha])}</pre>`));
  });

  site.get("/:owner/:repo/compare/:range{.+}", async (c) => {
    const { directory } = repositoryOf(c);
    const range = c.req.param("range");
    const [from = "", to = ""] = range.split("...");
    const ends = [(await getCommit(directory, from)).sha, (await getCommit(directory, to)).sha].join("...");
    return c.html(layout(range, html`<pre>${await git(directory, ["diff", "--stat", "--patch", ends])}</pre>`));
  });

  site.get("/:owner/:repo/runs/:id", (c) => {
    const run = repositoryOf(c).checkRuns.find(({ id }) => id === Number(c.req.param("id")));
    if (run === undefined) throw notFound();
    const content = html`<h1>${run.name}: ${run.conclusion ?? run.status}</h1>
      <p>${run.title ?? ""}</p>
      <pre>${run.summary ?? ""}</pre>
      <pre>${run.text ?? ""}</pre>`;
    return c.html(layout(run.name, content));
  });

  site.get("/:owner/:repo", (c) => {
    const repository = repositoryOf(c);
    return c.html(
      layout(
        fullName(repository),
        html`<h1>${fullName(repository)}</h1>
          <pre>git clone ${world.origin}/${fullName(repository)}.git</pre>`,
      ),
    );
  });
}

async function conversation(world: World, repository: Repository, number: number) {
  if (!Number.isInteger(number)) throw new Problem(404, "Not Found");
  const issue = await readIssue(world, repository, number);
  const path = `/issues/${number}/comments?per_page=100`;
  const answer = await ask(world, repository, { login: world.botLogin, method: "GET", path });
  const comments = z.array(commentSchema).parse(answer.body);
  return html`<h1>${issue.title} #${number}</h1>
    <p><b>${issue.state}</b> · ${issue.user.login} · ${issue.labels.map(({ name }) => name).join(", ")}</p>
    <pre>${issue.body ?? ""}</pre>
    ${comments.map(
      (comment) =>
        html`<h3 id="issuecomment-${comment.id}">${comment.user.login}</h3>
          <pre>${comment.body}</pre>`,
    )}`;
}

function layout(title: string, content: ReturnType<typeof html>) {
  const style = raw(
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}",
  );
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" /><title>${title}</title
      ><style>
        ${style}
      </style>
      <body>
        ${content}
      </body>
    </html>`;
}
