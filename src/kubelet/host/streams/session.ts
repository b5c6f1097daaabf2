/** A session between a client and a program of a pod, whatever carries it. */
import type { Process } from "../../runtimes/contract.ts";

/** What a session wants of its client. */
export interface SessionInput {
  onInput(data: Uint8Array): void;
  onInputEnd(): void;
  onResize(columns: number, rows: number): void;
  /** The client is gone. */
  onGone(): void;
}

/** The client's end of a session. */
export interface SessionClient {
  /** From now on what the client sends goes there, also what it has sent already. */
  begin(input: SessionInput): void;
  /** Resolves when the client can take more. */
  write(stream: "stdout" | "stderr", data: Uint8Array): Promise<void>;
  /** Says how it ended, and ends the session. */
  finish(status: SessionStatus): void;
}

/** `metav1.Status`, as far as the end of a session needs it. */
export interface SessionStatus {
  readonly metadata: Record<string, never>;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes: readonly { readonly reason: string; readonly message: string }[] };
}

export const success: SessionStatus = { metadata: {}, status: "Success" };

export const failure = (message: string): SessionStatus => ({
  ...{ metadata: {}, status: "Failure", message, reason: "InternalError", code: 500 },
});

export function exited(code: number): SessionStatus {
  if (code === 0) return success;
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command, exit code ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

/** Carries the streams of a program to the client and back, until the program ends or the client goes. */
export async function carry(process: Process, client: SessionClient, options: { tellsCode: boolean }): Promise<void> {
  let turn: Promise<unknown> = Promise.resolve();
  client.begin({
    onInput: (data) => {
      turn = turn.then(() => process.write(data)).catch(() => {});
    },
    onInputEnd: () => void turn.then(() => process.end()),
    onResize: (columns, rows) => process.resize(columns, rows),
    onGone: () => process.kill(),
  });
  const pump = async (stream: "stdout" | "stderr"): Promise<void> => {
    for await (const data of process[stream] ?? []) await client.write(stream, data);
  };
  try {
    await Promise.all([pump("stdout"), pump("stderr")]);
    const code = await process.exit;
    client.finish(options.tellsCode ? exited(code) : success);
  } catch (error) {
    client.finish(failure(error instanceof Error ? error.message : String(error)));
  }
}

/** The size of a terminal as clients send it; undefined: it is no such thing. */
export function readSize(text: string): { readonly columns: number; readonly rows: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    return typeof Width === "number" && typeof Height === "number" ? { columns: Width, rows: Height } : undefined;
  } catch {
    return undefined;
  }
}
