/**
 * The columns that a definition gives its objects in tables
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns).
 */
import { JsonPath, textOf } from "../jsonpath/jsonpath.ts";
import type { Cell, Column, Printer } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { createdDescription, humanDuration, nameColumn } from "../printing/default-printer.ts";
import type { DefinitionVersion } from "./definition/versions.ts";

const created = ".metadata.creationTimestamp";
const ageColumn = {
  name: "Age",
  type: "date",
  description: createdDescription,
  jsonPath: created,
};

export function customPrinter({ additionalPrinterColumns }: DefinitionVersion): Printer {
  const declared = additionalPrinterColumns?.length ? additionalPrinterColumns : [ageColumn];
  const readers = declared.map(({ jsonPath, type }) => reader(jsonPath, type));
  return {
    columns: [nameColumn, ...declared.map(columnOf)],
    cells: (object, now) => [object.metadata.name ?? "", ...readers.map((read) => read(object, now))],
  };
}

function columnOf(column: NonNullable<DefinitionVersion["additionalPrinterColumns"]>[number]): Column {
  const { name, type, format, description, jsonPath, priority } = column;
  return {
    name,
    type: type as Column["type"],
    ...(format && { format: format as NonNullable<Column["format"]> }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority && { priority }),
  };
}

type Read = (object: KubeObject, now: number) => Cell;

/** Reads a cell; null where the path finds nothing that the column's type can show. */
function reader(jsonPath: string, type: string): Read {
  let path: JsonPath;
  try {
    path = new JsonPath(`{${jsonPath}}`);
  } catch {
    return () => null;
  }
  return (object, now) => {
    try {
      const [first] = path.find(object);
      return cellOf(first, type, now);
    } catch {
      return null;
    }
  };
}

function cellOf(value: unknown, type: string, now: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date": {
      const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
      return typeof value !== "string" ? null : Number.isNaN(at) ? "<invalid>" : humanDuration(now - at);
    }
    default:
      return textOf(value);
  }
}
