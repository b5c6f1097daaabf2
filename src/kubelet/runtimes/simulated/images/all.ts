/** The images that simulated nodes can pull. An image is added by a file beside this one, and a line here. */
import { alpine } from "./alpine.ts";
import { busybox } from "./busybox.ts";
import { agnhost, curl, helloWorld, stress } from "./examples.ts";
import { httpd } from "./httpd.ts";
import type { ImageDefinition } from "./image.ts";
import { nginx } from "./nginx.ts";
import { pause } from "./pause.ts";
import { redis } from "./redis.ts";

const all = [agnhost, alpine, busybox, curl, helloWorld, httpd, nginx, pause, redis, stress];

export const definitions: Readonly<Record<string, ImageDefinition>> = Object.fromEntries(
  all.map((image) => [image.repository, image]),
);
