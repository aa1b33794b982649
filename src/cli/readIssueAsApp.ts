import type { IssueReader } from "./strategyCommand.ts";
import { loadEnvironment } from "./settings.ts";

/** Reads an issue with the App's own credentials, as the server has them. */
export const readIssueAsApp: IssueReader = async (issue) => {
  const { credentials, github } = loadEnvironment();
  if (credentials.kind === "setup")
    throw new Error(
      "reading an issue needs the App's credentials (APP_ID and PRIVATE_KEY): set them, or save the issue's text to a file and use --plan",
    );
  const { readIssueAs } = await import("../app.ts");
  return readIssueAs({ ...credentials, ...github }, issue);
};
