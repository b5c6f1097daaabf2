/** A description under way: lines of text in columns, as kubectl lays them out. */
import { humanDuration } from "../../api/printing/default-printer.ts";
import { byBytes } from "../../base/go-json.ts";
import { aligned, describeTabs } from "../output/tab-writer.ts";

type Texts = Readonly<Record<string, string>>;

const longestAnnotation = 140;
const hiddenAnnotations = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);

export class Page {
  /** Milliseconds since 1970: ages are told from it. */
  readonly now: number;
  #text = "";

  constructor(now: number) {
    this.now = now;
  }

  /** A line, indented by levels of two blanks. */
  line(level: number, text: string): void {
    this.#text += `${"  ".repeat(level)}${text}\n`;
  }

  /** `Name:   value`. */
  field(name: string, value: unknown, level = 0): void {
    this.line(level, `${name}:\t${value ?? ""}`);
  }

  /** `key=value` lines below one another. */
  labels(title: string, labels: Texts | undefined, indent = ""): void {
    const keys = Object.keys(labels ?? {}).sort(byBytes);
    this.list(
      title,
      keys.map((key) => `${key}=${labels?.[key]}`),
      indent,
    );
  }

  list(title: string, lines: readonly string[], indent = ""): void {
    const [first = "<none>", ...others] = lines;
    this.line(0, `${indent}${title}:\t${first}`);
    for (const line of others) this.line(0, `${indent}\t${line}`);
  }

  annotations(title: string, annotations: Texts | undefined): void {
    const keys = Object.keys(annotations ?? {})
      .filter((key) => !hiddenAnnotations.has(key))
      .sort(byBytes);
    if (!keys.length) {
      this.line(0, `${title}:\t<none>`);
      return;
    }
    keys.forEach((key, i) => {
      const start = i ? "\t" : `${title}:\t`;
      const value = (annotations?.[key] ?? "").replace(/\n$/, "");
      const long = value.length + key.length + 2 > longestAnnotation || value.includes("\n");
      if (!long) {
        this.line(0, `${start}${key}: ${value}`);
        return;
      }
      this.line(0, `${start}${key}:`);
      for (const line of value.split("\n")) this.line(0, `\t  ${shortened(line, longestAnnotation - 2)}`);
    });
  }

  /** Name, namespace, labels and annotations, which most begin with. */
  head({ name, namespace }: { readonly name?: string | undefined; readonly namespace?: string | undefined }): void {
    this.field("Name", name);
    this.field("Namespace", namespace);
  }

  /** `2m` ago. */
  since(time: string | null | undefined): string {
    return time ? humanDuration(this.now - Date.parse(time)) : "<unknown>";
  }

  /** The text with its tabs, not yet in columns. */
  get raw(): string {
    return this.#text;
  }

  toString(): string {
    return aligned(this.#text, describeTabs);
  }
}

const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}...` : text;

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number): string => String(value).padStart(2, "0");

/** `Mon, 02 Jan 2006 15:04:05 -0700`, in the time zone of this machine. */
export function rfc1123(time: string | null | undefined): string {
  const at = new Date(time ? Date.parse(time) : Date.UTC(1, 0, 1));
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  return `${days[at.getDay()]}, ${two(at.getDate())} ${months[at.getMonth()]} ${at.getFullYear()} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}

export const orNone = (text: string | undefined): string => text || "<none>";
export const truth = (value: boolean | undefined): string =>
  value === undefined ? "<unset>" : value ? "True" : "False";
