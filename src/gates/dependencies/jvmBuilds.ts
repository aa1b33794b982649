import type { Dependency } from "./dependency.ts";
import { lineAt } from "./dependency.ts";

/** What a pom.xml asks for, plugins included: they run at the build. Comments are none of it. */
export function readPom(text: string): readonly Dependency[] {
  const bare = text.replaceAll(/<!--[\s\S]*?-->/g, (comment) => comment.replaceAll(/[^\n]/g, " "));
  return [...bare.matchAll(/<(dependency|plugin)>([\s\S]*?)<\/\1>/g)].flatMap((match): readonly Dependency[] => {
    const body = match[2] ?? "";
    const artifact = tag(body, "artifactId");
    if (artifact === null) return [];
    const name = `${tag(body, "groupId") ?? "org.apache.maven.plugins"}:${artifact}`;
    return [{ ecosystem: "maven", name, spec: tag(body, "version") ?? "", line: lineAt(bare, match.index) }];
  });
}

function tag(body: string, name: string): string | null {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(body)?.[1] ?? null;
}

const CONFIGURATION =
  /\b(?:\w*[iI]mplementation|api|\w*[cC]ompileOnly\w*|\w*[rR]untimeOnly|annotationProcessor|kapt|ksp|classpath|testCompile|compile)\s*\(?\s*(?:\w*[pP]latform\s*\(\s*)?["']([\w.-]+:[\w.-]+)(?::([^"'@]+))?[^"']*["']/g;

/** What a Gradle build asks for by `group:name:version`. */
export function readGradle(text: string): readonly Dependency[] {
  const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, (comment) => comment.replaceAll(/[^\n]/g, " "));
  return [...bare.matchAll(CONFIGURATION)].map((match): Dependency => ({
    ecosystem: "maven",
    name: match[1] ?? "",
    spec: match[2] ?? "",
    line: lineAt(bare, match.index),
  }));
}
