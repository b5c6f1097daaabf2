import type { RuntimeClass } from "../generated/node-v1.ts";
import type { Printer } from "../kind.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";

export const runtimeClassPrinter: Printer = {
  columns: [nameColumn, text("Handler", ""), ageColumn],
  cells(object, now) {
    const { metadata, handler } = object as unknown as RuntimeClass;
    return [metadata.name ?? "", handler, age(metadata.creationTimestamp, now)];
  },
};
