/** All programs that simulated containers can run, by name. Which of them an image has, it says itself. */
import type { Program } from "../process.ts";
import { awk } from "./awk/awk.ts";
import { basic } from "./basic.ts";
import { passing } from "./cat.ts";
import { changing } from "./change-files.ts";
import { date } from "./date.ts";
import { dd } from "./dd.ts";
import { encoding } from "./encode.ts";
import { find } from "./find.ts";
import { grep } from "./grep.ts";
import { listing } from "./ls.ts";
import { networking } from "./network.ts";
import { nginx } from "./nginx.ts";
import { permissions } from "./permissions.ts";
import { printf } from "./printf.ts";
import { processPrograms } from "./ps.ts";
import { sed } from "./sed/sed.ts";
import { servers } from "./servers.ts";
import { system } from "./system.ts";
import { tar } from "./tar.ts";
import { expr, test } from "./test.ts";
import { texts } from "./text.ts";
import { downloading } from "./wget.ts";

export const programs: Readonly<Record<string, Program>> = {
  ...{ ...basic, ...passing, ...changing, ...permissions, ...encoding, ...listing, ...texts },
  ...{ ...networking, ...downloading, ...processPrograms, ...servers, ...system },
  ...{ awk, date, dd, expr, find, grep, egrep: grep, fgrep: grep, nginx, printf, sed, tar, test, "[": test },
};
