import assert from "node:assert/strict";
import { test } from "node:test";
import { aligned, describeTabs, TableWriter } from "./tab-writer.ts";

test("cells below one another make a column; a line without a cell ends it", () => {
  const text = "Name:\tweb\nNamespace:\tdefault\nEvents:\n  Type\tReason\n  Normal\tStarted\n";
  assert.equal(
    aligned(text, describeTabs),
    "Name:       web\nNamespace:  default\nEvents:\n  Type    Reason\n  Normal  Started\n",
  );
});

test("a column within a column is as wide as its own lines need", () => {
  assert.equal(aligned("a\tb\tc\naa\tbbb\tc\naaa\tb\n", describeTabs), "a    b    c\naa   bbb  c\naaa  b\n");
});

test("a table in pieces never gets narrower", () => {
  const writer = new TableWriter();
  assert.equal(
    writer.lines([
      ["NAME", "AGE"],
      ["a-long-name", "1s"],
    ]),
    "NAME          AGE\na-long-name   1s\n",
  );
  assert.equal(writer.lines([["b", "2s"]]), "b             2s\n");
});
