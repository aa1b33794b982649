import { ALIASES, CATEGORIES } from "../domain/strategy/categories.ts";
import { nearest } from "../domain/nearest.ts";
import type { Config } from "./configSchema.ts";
import type { YamlProblem, YamlSource } from "./yamlSource.ts";

/** What only the whole strategy shows to be wrong: names that mean two things or nothing, and rules that exclude each other. */
export function strategyProblems(config: Config, source: YamlSource): readonly YamlProblem[] {
  return [...categoryProblems(config, source), ...aliasProblems(config, source), ...profileProblems(config, source)];
}

function categoryProblems({ strategy }: Config, source: YamlSource): readonly YamlProblem[] {
  return Object.keys(strategy.categories).flatMap((name) => {
    const meant = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
    if (meant === undefined) return [];
    const message = `\`${name}\` is another name of \`${meant}\`; say it there.`;
    return [{ ...source.positionOfKey(["strategy", "categories", name]), message }];
  });
}

function aliasProblems({ strategy }: Config, source: YamlSource): readonly YamlProblem[] {
  const categories = [...new Set([...Object.keys(CATEGORIES), ...Object.keys(strategy.categories)])];
  return Object.entries(strategy.aliases).flatMap(([name, category]) => {
    const path = ["strategy", "aliases", name];
    if (categories.includes(name)) {
      return [
        { ...source.positionOfKey(path), message: `\`${name}\` is a category itself, and no other name for one.` },
      ];
    }
    if (Object.hasOwn(ALIASES, name) && ALIASES[name] !== category) {
      const message = `\`${name}\` is a built-in name of \`${ALIASES[name] ?? ""}\` and cannot be given to another.`;
      return [{ ...source.positionOfKey(path), message }];
    }
    if (categories.includes(category)) return [];
    const near = nearest(category, categories);
    const hint =
      near === null ? "; aliases name one of the table or of `strategy.categories`." : `: did you mean \`${near}\`?`;
    return [{ ...source.positionOf(path), message: `There is no category \`${category}\`${hint}` }];
  });
}

function profileProblems({ strategy, audit }: Config, source: YamlSource): readonly YamlProblem[] {
  if (strategy.profile !== "safety_critical" || audit.required === true) return [];
  const message = "`strategy.profile: safety_critical` audits every phase, so `audit.required` must be `true`.";
  return [{ ...source.positionOf(["audit", "required"]), message }];
}
