/** What the kinds of devices share: names, lists of things that are told apart, selectors, configurations. */
import type { DeviceConfiguration, DeviceSelector, DeviceToleration } from "../../generated/resource-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName } from "../../validation/names.ts";
import { selectorFault } from "./selector-expression.ts";

const longestDriver = 63;
const longestPool = 253;
const longestExpression = 10 * 1024;
const longestParameters = 10 * 1024;
const mostSelectors = 32;

export function checkDriver(errors: FieldError[], path: Path, driver: string): void {
  if (!driver) {
    errors.push(path.required(""));
    return;
  }
  if (driver.length > longestDriver) errors.push(path.tooLong(longestDriver));
  // upstream lets capital letters pass here
  report(errors, path, driver, isDns1123Subdomain(driver.toLowerCase()));
}

export function checkPoolName(errors: FieldError[], path: Path, name: string): void {
  if (!name) {
    errors.push(path.required(""));
    return;
  }
  if (name.length > longestPool) errors.push(path.tooLong(longestPool));
  for (const part of name.split("/")) report(errors, path, part, isDns1123Subdomain(part));
}

export const checkLabel = (errors: FieldError[], path: Path, name: string): void =>
  report(errors, path, name, isDns1123Label(name));

/** Each item, and that no two have the same key; `most` items at most. */
export function checkItems<T>(
  errors: FieldError[],
  path: Path,
  items: readonly T[] | null | undefined,
  most: number,
  check: (item: T, at: Path) => void,
  keyOf?: (item: T) => string,
): void {
  const all = items ?? [];
  if (all.length > most) errors.push(path.tooMany(all.length, most));
  const seen = new Set<string>();
  for (const [i, item] of all.slice(0, most).entries()) {
    const at = path.index(i);
    check(item, at);
    if (!keyOf) continue;
    const key = keyOf(item);
    if (seen.has(key)) errors.push(at.duplicate(key));
    seen.add(key);
  }
}

export function checkSelectors(
  errors: FieldError[],
  path: Path,
  selectors: readonly DeviceSelector[] | undefined,
): void {
  checkItems(errors, path, selectors, mostSelectors, ({ cel }, at) => {
    if (!cel) errors.push(at.child("cel").required(""));
    else if (cel.expression.length > longestExpression)
      errors.push(at.child("cel").child("expression").tooLong(longestExpression));
    else {
      const fault = selectorFault(cel.expression);
      if (fault) errors.push(at.child("cel").child("expression").invalid(cel.expression, fault));
    }
  });
}

export function checkConfiguration(errors: FieldError[], path: Path, { opaque }: DeviceConfiguration): void {
  const at = path.child("opaque");
  if (!opaque) {
    errors.push(at.required(""));
    return;
  }
  checkDriver(errors, at.child("driver"), opaque.driver);
  const { parameters } = opaque;
  const of = at.child("parameters");
  if (parameters === undefined || parameters === null) errors.push(of.required(""));
  else if (JSON.stringify(parameters).length > longestParameters) errors.push(of.tooLong(longestParameters));
  else if (typeof parameters !== "object" || Array.isArray(parameters))
    errors.push(of.invalid("<value omitted>", "must be a valid JSON object"));
}

const effects = ["NoExecute", "NoSchedule", "None"];

export function checkToleration(errors: FieldError[], path: Path, toleration: DeviceToleration): void {
  const { key, operator = "Equal", value, effect } = toleration;
  if (key) report(errors, path.child("key"), key, isQualifiedName(key));
  else if (operator !== "Exists")
    errors.push(
      path
        .child("operator")
        .invalid(operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'),
    );
  if (operator === "Equal") report(errors, path.child("value"), value ?? "", isLabelValue(value ?? ""));
  else if (operator !== "Exists") errors.push(path.child("operator").notSupported(operator, ["Equal", "Exists"]));
  else if (value) errors.push(path.child("value").invalid(value, "must be empty for operator `Exists`"));
  if (effect && !effects.includes(effect)) errors.push(path.child("effect").notSupported(effect, effects));
}
