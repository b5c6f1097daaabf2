/**
 * Files as the processes of a container see them: a root, what is mounted over it, and who may do what. Paths are
 * absolute; all methods throw FileError. What belongs to an image is copied before it is written to.
 */
import { FileError } from "./file-error.ts";
import { type Access, type Identity, mayAccess, root as rootUser } from "./identity.ts";
import {
  type Attributes,
  type FolderNode,
  file,
  folder,
  link,
  type Node,
  unshared,
  usageOf,
  writtenBytes,
} from "./node.ts";

export interface MountPoint {
  readonly path: string;
  root: Node;
  readonly readOnly: boolean;
  /** As `/proc/mounts` shows it. */
  readonly type: string;
  readonly source: string;
  readonly options: string;
  /** Bytes that it holds at most. */
  readonly size?: number | undefined;
}

export interface FileSpaceOptions {
  readonly root: FolderNode;
  readonly mounts?: readonly MountPoint[];
  readonly readOnly?: boolean;
  readonly identity?: Identity;
  readonly now?: () => number;
}

interface Place {
  readonly folder: FolderNode;
  readonly name: string;
  readonly node: Node | undefined;
  readonly mount: MountPoint;
  readonly path: string;
}

interface Walk {
  /** Whether a link at the end is followed. */
  readonly follow?: boolean;
  /** Whether it is going to be written to. */
  readonly write?: boolean;
}

const most = 40;

export class FileSpace {
  readonly mounts: ReadonlyMap<string, MountPoint>;
  readonly identity: Identity;
  readonly #now: () => number;
  #top: MountPoint;

  constructor({ root, mounts = [], readOnly = false, identity = rootUser, now = () => 0 }: FileSpaceOptions) {
    const overlay = { type: "overlay", source: "overlay", options: readOnly ? "ro,relatime" : "rw,relatime" };
    this.#top = { path: "/", root, readOnly: false, ...overlay };
    this.identity = identity;
    this.#now = now;
    const all = new Map([["/", this.#top]]);
    this.mounts = all;
    for (const mount of [...mounts].sort((a, b) => a.path.length - b.path.length)) {
      this.#makeMountPoint(mount);
      all.set(mount.path, mount);
    }
    if (readOnly) this.#top = { ...this.#top, readOnly };
    all.set("/", this.#top);
  }

  stat(path: string): Node {
    return this.#there(this.#walk(path));
  }
  /** What a link is, and not what it leads to. */
  lstat(path: string): Node {
    return this.#there(this.#walk(path, { follow: false }));
  }
  find(path: string): Node | undefined {
    try {
      return this.stat(path);
    } catch {
      return undefined;
    }
  }
  /** The path with all links followed. */
  realPath(path: string): string {
    const place = this.#walk(path);
    this.#there(place);
    return place.path;
  }
  mountOf(path: string): MountPoint {
    return this.#walk(path).mount;
  }

  /** Bytes that have been written, but to what is mounted. */
  get written(): number {
    return writtenBytes(this.#top.root);
  }

  read(path: string): Uint8Array {
    const node = this.stat(path);
    if (node.kind === "directory") throw new FileError("EISDIR");
    this.#allow(node, "read");
    return node.kind === "file" ? node.data : new Uint8Array();
  }
  text(path: string): string {
    return new TextDecoder().decode(this.read(path));
  }
  /** Names in order, without `.` and `..`. */
  list(path: string): string[] {
    const node = this.stat(path);
    if (node.kind !== "directory") throw new FileError("ENOTDIR");
    this.#allow(node, "read");
    return [...node.entries.keys()].sort();
  }

  write(path: string, data: Uint8Array, { mode = 0o644 }: { readonly mode?: number } = {}): void {
    const place = this.#walk(path, { write: true });
    const node = this.#forWriting(place, data.length);
    if (node?.kind === "file") Object.assign(node, { data, room: undefined, changedAt: this.#now() });
    else if (!node) this.#add(place, file(data, mode));
  }

  /** Room is doubled when it runs out, so that a log of many lines is not copied for each of them. */
  append(path: string, more: Uint8Array): void {
    const place = this.#walk(path, { write: true });
    const node = this.#forWriting(place, more.length);
    if (!node) this.#add(place, file(more.slice()));
    if (node?.kind !== "file") return;
    const length = node.data.length + more.length;
    if (!node.room || node.room.length < length) {
      node.room = new Uint8Array(Math.max(256, 2 * length));
      node.room.set(node.data);
    }
    node.room.set(more, node.data.length);
    node.data = node.room.subarray(0, length);
    node.changedAt = this.#now();
  }

  makeDirectory(path: string, mode = 0o755): void {
    const place = this.#walk(path, { follow: false, write: true });
    if (place.node) throw new FileError("EEXIST");
    this.#add(place, folder(mode));
  }

  /** With all folders above it; those that are there are left as they are. */
  makeDirectories(path: string, mode = 0o755): void {
    let at = "";
    for (const name of path.split("/").filter(Boolean)) {
      at = `${at}/${name}`;
      const found = this.find(at);
      if (!found) this.makeDirectory(at, mode);
      else if (found.kind !== "directory") throw new FileError("ENOTDIR");
    }
  }

  symlink(target: string, path: string): void {
    const place = this.#walk(path, { follow: false, write: true });
    if (place.node) throw new FileError("EEXIST");
    this.#add(place, link(target));
  }

  /** A second name for a file. */
  hardLink(existing: string, path: string): void {
    const source = this.#walk(existing, { follow: false, write: true });
    const node = this.#there(source);
    if (node.kind === "directory") throw new FileError("EPERM");
    const place = this.#walk(path, { follow: false, write: true });
    if (place.node) throw new FileError("EEXIST");
    this.#add(place, node);
  }

  /** A file, a link, or an empty folder. */
  remove(path: string): void {
    const place = this.#walk(path, { follow: false, write: true });
    const node = this.#there(place);
    this.#change(place);
    if (node.kind === "directory" && node.entries.size) throw new FileError("ENOTEMPTY");
    place.folder.entries.delete(place.name);
  }

  rename(from: string, to: string): void {
    const source = this.#walk(from, { follow: false, write: true });
    const node = this.#there(source);
    this.#change(source);
    const target = this.#walk(to, { follow: false, write: true });
    this.#change(target);
    if (`${target.path}/`.startsWith(`${source.path}/`) && target.path !== source.path) throw new FileError("EINVAL");
    if (target.node?.kind === "directory" && target.node.entries.size) throw new FileError("ENOTEMPTY");
    source.folder.entries.delete(source.name);
    target.folder.entries.set(target.name, node);
  }

  /** Sets what is given of mode, user, group and time. */
  set(path: string, attributes: Partial<Omit<Attributes, "shared">>, { follow = true } = {}): void {
    const place = this.#walk(path, { follow, write: true });
    const node = this.#there(place);
    this.#writable(place);
    const { user, overrides } = this.identity;
    if (!overrides && user !== node.user) throw new FileError("EPERM");
    if (!overrides && attributes.user !== undefined && attributes.user !== node.user) throw new FileError("EPERM");
    Object.assign(node, attributes);
  }

  /** Who may not do it gets EACCES. */
  may(path: string, access: Access): boolean {
    const node = this.find(path);
    return node !== undefined && mayAccess(this.identity, node, access);
  }

  #there({ node }: Place): Node {
    if (!node) throw new FileError("ENOENT");
    return node;
  }

  #allow(node: Node, access: Access): void {
    if (!mayAccess(this.identity, node, access)) throw new FileError("EACCES");
  }

  #writable({ mount }: Place): void {
    if (mount.readOnly) throw new FileError("EROFS");
  }

  /** Whether names may come and go there. */
  #change(place: Place): void {
    this.#writable(place);
    this.#allow(place.folder, "write");
    const { user, overrides } = this.identity;
    const sticky = (place.folder.mode & 0o1000) !== 0 && place.folder.user !== user;
    if (place.node && sticky && place.node.user !== user && !overrides) throw new FileError("EPERM");
    if (this.mounts.has(place.path)) throw new FileError("EBUSY");
  }

  #forWriting(place: Place, more: number): Node | undefined {
    const { node, mount } = place;
    if (node?.kind === "directory") throw new FileError("EISDIR");
    if (node?.kind === "device") return node;
    this.#writable(place);
    if (node) this.#allow(node, "write");
    if (mount.size !== undefined && usageOf(mount.root).bytes + more > mount.size) throw new FileError("ENOSPC");
    return node;
  }

  #add(place: Place, node: Node): void {
    this.#change(place);
    const inherits = (place.folder.mode & 0o2000) !== 0;
    if (!place.node && node.changedAt === 0) {
      const { user, group } = this.identity;
      Object.assign(node, { user, group: inherits ? place.folder.group : group, changedAt: this.#now() });
      if (inherits && node.kind === "directory") node.mode |= 0o2000;
    }
    place.folder.entries.set(place.name, node);
  }

  #makeMountPoint({ path, root }: MountPoint): void {
    const above = path.slice(0, path.lastIndexOf("/"));
    const maker = this.#walk.bind(this);
    let at = "";
    for (const name of above.split("/").filter(Boolean)) {
      at = `${at}/${name}`;
      const place = maker(at, { write: true });
      if (!place.node) place.folder.entries.set(place.name, folder());
    }
    const place = maker(path, { write: true });
    if (!place.node) place.folder.entries.set(place.name, root.kind === "directory" ? folder() : file(""));
  }

  /** Follows a path name by name, over links and mounts. Throws where something on the way is not there. */
  #walk(path: string, { follow = true, write = false }: Walk = {}): Place {
    const queue = path.split("/").filter((name) => name && name !== ".");
    let hops = 0;
    let at: Place[] = [this.#start(write)];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (name === "..") {
        if (at.length > 1) at.pop();
        continue;
      }
      const above = at.at(-1) as Place;
      if (!above.node) throw new FileError("ENOENT");
      if (above.node.kind !== "directory") throw new FileError("ENOTDIR");
      const next = this.#step(above, above.node, name, write);
      if (next.node?.kind === "link" && (queue.length || follow)) {
        if (++hops > most) throw new FileError("ELOOP");
        if (next.node.target.startsWith("/")) at = [this.#start(write)];
        queue.unshift(...next.node.target.split("/").filter((part) => part && part !== "."));
      } else at.push(next);
    }
    return at.at(-1) as Place;
  }

  #start(write: boolean): Place {
    const mount = this.#top;
    if (write && mount.root.shared && !mount.readOnly) mount.root = unshared(mount.root);
    return { folder: mount.root as FolderNode, name: "", node: mount.root, mount, path: "/" };
  }

  #step(above: Place, into: FolderNode, name: string, write: boolean): Place {
    const path = above.path === "/" ? `/${name}` : `${above.path}/${name}`;
    const mounted = this.mounts?.get(path);
    if (mounted) {
      if (write && mounted.root.shared && !mounted.readOnly) mounted.root = unshared(mounted.root);
      return { folder: into, name, node: mounted.root, mount: mounted, path };
    }
    let node = into.entries.get(name);
    if (write && node?.shared && node.kind !== "link" && !above.mount.readOnly) {
      node = unshared(node);
      into.entries.set(name, node);
    }
    return { folder: into, name, node, mount: above.mount, path };
  }
}
