/** Programs about names, addresses and ports: nslookup, nc, ping, ip, netstat, and busybox's own web server. */
import { sleep } from "../../../../base/clock.ts";
import { absolute, type Program, ProgramError, untilAborted, type World } from "../process.ts";
import { killedCode } from "../signals.ts";
import { readOptions } from "./options.ts";

const httpd: Program = async (world, io) => {
  const { value, has } = readOptions(io.args, "fvip:u:r:h:c:");
  const port = Number((value("p") ?? "80").split(":").at(-1));
  const root = absolute(value("h") ?? ".", io.cwd);
  let close: () => void;
  try {
    close = world.network.listen(port, ({ path }) => {
      const name = (path.split("?")[0] ?? "/").replace(/\/$/, "/index.html");
      const file = world.files.find(`${root.replace(/\/$/, "")}/${name.replace(/^\//, "")}`);
      if (file?.kind === "file")
        return { status: 200, headers: { "content-type": "text/html" }, body: new TextDecoder().decode(file.data) };
      const body =
        "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n";
      return { status: 404, headers: { "content-type": "text/html" }, body };
    });
  } catch {
    throw new ProgramError("bind: Address already in use");
  }
  // without -f it goes on in the background, as a process of its own
  const of = { of: world, parent: 1, user: world.identity.user, since: world.clock.now() };
  if (has("f")) {
    await untilAborted(io.signal);
    close();
    return killedCode;
  }
  const pid = world.processes.add({
    ...of,
    command: [io.name, ...io.args].join(" "),
    end: () => {
      close();
      world.processes.remove(pid);
    },
  });
  return 0;
};

const nslookup: Program = async ({ network }, io) => {
  const words = io.args.filter((arg) => !arg.startsWith("-"));
  const [name = "", asked] = words;
  if (!name) throw new ProgramError("missing operand");
  const [server = "127.0.0.1"] = asked === undefined ? network.nameServers : (network.find(asked)?.addresses ?? []);
  const found = network.find(name);
  await io.stdout(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  if (!found) {
    await io.stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  await io.stdout(`${found.addresses.map((address) => `Name:\t${found.name}\nAddress: ${address}\n`).join("")}\n`);
  return 0;
};

/** Is somebody there? Or, with -l, somebody is. What goes over the line is not carried. */
const nc: Program = async (world, io) => {
  const { words, has, value } = readOptions(io.args, "lvzkunw:p:e:s:");
  const { network } = world;
  const port = Number(value("p") ?? words.at(-1) ?? "");
  if (has("l")) {
    const close = network.listen(port, () => ({ status: 200, body: "" }));
    await untilAborted(io.signal);
    close();
    return killedCode;
  }
  const [host = ""] = words;
  const address = network.find(host)?.addresses[0];
  if (!address) throw new ProgramError(`bad address '${host}'`);
  if (!network.isOpen({ ip: address, port }))
    throw new ProgramError(`${host} (${address}:${port}): Connection refused`);
  if (has("v")) void io.stderr(`${host} (${address}:${port}) open\n`);
  return 0;
};

const ping: Program = async (world, io) => {
  const { words, value, has } = readOptions(io.args, "46qAc:w:W:i:s:I:t:");
  const [host = ""] = words;
  const address = world.network.find(host)?.addresses[0];
  if (!address) throw new ProgramError(`bad address '${host}'`);
  await io.stdout(`PING ${host} (${address}): 56 data bytes\n`);
  const answers = world.network.isUp(address);
  const most = value("c") === undefined ? Number.POSITIVE_INFINITY : Number(value("c"));
  let sent = 0;
  while (sent < most && !io.signal.aborted) {
    if (answers && !has("q")) await io.stdout(`64 bytes from ${address}: seq=${sent} ttl=64 time=0.1${sent % 10} ms\n`);
    sent++;
    if (sent < most || !answers) await sleep(world.clock, Number(value("i") ?? 1) * 1000, io.signal);
  }
  const received = answers ? sent : 0;
  await io.stdout(
    `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${answers ? 0 : 100}% packet loss\n`,
  );
  if (answers) await io.stdout("round-trip min/avg/max = 0.100/0.104/0.109 ms\n");
  return io.signal.aborted ? killedCode : answers ? 0 : 1;
};

const addresses = ({ ip }: World): string =>
  `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n    link/ether ${hardware(ip)} brd ff:ff:ff:ff:ff:ff\n    inet ${ip}/24 brd ${ip.replace(/\d+$/, "255")} scope global eth0\n       valid_lft forever preferred_lft forever\n`;
const hardware = (ip: string): string =>
  `0a:58:${ip
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join(":")}`;

const ip: Program = async (world, io) => {
  const [what = "", ...rest] = io.args.filter((arg) => !arg.startsWith("-"));
  if (/^a(ddr(ess)?)?$/.test(what))
    await io.stdout(rest.includes("lo") ? (addresses(world).split("2: eth0")[0] ?? "") : addresses(world));
  else if (/^r(oute)?$/.test(what)) {
    const gateway = world.ip.replace(/\d+$/, "1");
    await io.stdout(
      `default via ${gateway} dev eth0 \n${world.ip.replace(/\d+$/, "0")}/24 dev eth0 scope link  src ${world.ip} \n`,
    );
  } else if (/^l(ink)?$/.test(what))
    await io.stdout(
      addresses(world)
        .split("\n")
        .filter((line) => !/inet|valid_lft/.test(line))
        .join("\n"),
    );
  else throw new ProgramError(`can't do that: '${io.args.join(" ")}'`);
  return 0;
};

const ifconfig: Program = async (world, io) => {
  await io.stdout(
    `eth0      Link encap:Ethernet  HWaddr ${hardware(world.ip).toUpperCase()}  \n          inet addr:${world.ip}  Bcast:${world.ip.replace(/\d+$/, "255")}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\nlo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n`,
  );
  return 0;
};

const netstat: Program = async (world, io) => {
  await io.stdout(
    "Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n",
  );
  for (const port of world.network.ports())
    await io.stdout(`tcp        0      0 0.0.0.0:${String(port).padEnd(15)} 0.0.0.0:*               LISTEN      \n`);
  return 0;
};

export const networking: Readonly<Record<string, Program>> = {
  httpd,
  nslookup,
  nc,
  telnet: nc,
  ping,
  ip,
  ifconfig,
  netstat,
  ss: netstat,
};
