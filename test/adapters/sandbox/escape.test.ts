import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OpenedSandbox } from "../../../src/adapters/sandbox/openedSandbox.ts";
import { BUBBLEWRAP, DOCKER } from "./backends.ts";
import type { OpenBackend } from "./backends.ts";
import { NO_PODMAN } from "./podmanEngine.ts";
import { SECRET, sandboxRoom } from "./sandboxRoom.ts";
import type { SandboxRoom } from "./sandboxRoom.ts";

const CANARY = "canary-3f81c0";
/** `ptrace` and `keyctl`, called by number: perl is on every Debian, their tools are not. */
const CALLS = process.arch === "arm64" ? { ptrace: 117, keyctl: 219 } : { ptrace: 101, keyctl: 250 };

describe.each([BUBBLEWRAP, ...DOCKER])(
  "what a program in the sandbox tries to get out: $name",
  ({ isolation, open }) => {
    let opened: OpenBackend;
    let sandbox: OpenedSandbox;
    let room: SandboxRoom;
    let victim: ChildProcess;

    beforeAll(async () => {
      process.env["AUTOPACK_TEST_TOKEN"] = CANARY;
      opened = await open();
      sandbox = opened.sandbox;
      victim = spawn("sleep", ["600"]);
      await once(victim, "spawn");
    });
    afterAll(async () => {
      victim.kill("SIGKILL");
      delete process.env["AUTOPACK_TEST_TOKEN"];
      await opened.close();
    });
    beforeEach(async () => {
      room = await sandboxRoom();
    });
    afterEach(() => room.dispose());

    it("sees no environment but the allow-list, in any process", async () => {
      const show = `for p in /proc/[0-9]*; do echo "== $p"; tr '\\0' '\\n' < $p/environ; done; exit 0`;
      expect(execFileSync("sh", ["-c", "cat /proc/self/environ"], { encoding: "utf8" })).toContain(CANARY);

      const { outcome, output } = await room.run(sandbox, show, { env: { EXTRA: "given" } });

      expect(outcome).toEqual({ kind: "exited", code: 0 });
      expect(output).toContain("== /proc/1\n");
      expect(output).toContain("EXTRA=given");
      expect(output).not.toContain(CANARY);
      const names = new Set(output.split("\n").flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []));
      expect([...names].toSorted()).toEqual(
        ["CI", "EXTRA", "HOME", "HUSKY", "LANG", "PATH", "PWD", "TERM", "TMPDIR", "USER"].toSorted(),
      );
    });

    it("inherits no descriptor but its three", async () => {
      const { output } = await room.run(sandbox, "ls -l /proc/self/fd | sed -n 's/.* \\([0-9]* -> .*\\)/\\1/p'");

      const others = output.trim().split("\n").slice(3);
      expect(output).toContain("0 -> ");
      for (const line of others) expect(line).toMatch(/-> (\/dev\/null|\/proc\/\d+\/fd)$/);
    });

    describe("over the network", () => {
      let server: Server;
      let connections: number;

      beforeEach(async () => {
        connections = 0;
        server = createServer((socket) => {
          connections += 1;
          socket.end("hello");
        });
        server.listen(0, "0.0.0.0");
        await once(server, "listening");
      });
      afterEach(() => server.close());

      it("reaches nothing on the host", async () => {
        const { port } = server.address() as AddressInfo;
        const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
        const hosts = own.filter(({ family }) => family === "IPv4").map(({ address }) => address);
        for (const host of hosts) await once(connect(port, host), "data");
        expect(hosts).toContain("127.0.0.1");
        expect(connections).toBe(hosts.length);

        const script = `
        for (const host of ${JSON.stringify(hosts)})
          require("net").connect(${port}, host).on("data", () => console.log("reached", host))
            .on("error", (error) => console.log("refused", host, error.code));`;
        const { output } = await room.run(sandbox, node(script));

        expect(output.match(/^refused /gm)).toHaveLength(hosts.length);
        expect(output).not.toContain("reached");
        expect(connections).toBe(hosts.length);
      });

      it("has no interface but its own loopback, and no names", async () => {
        const script = `
        const { networkInterfaces } = require("os");
        console.log("interfaces", Object.keys(networkInterfaces()).join());
        require("dns").lookup("example.com", (error) => console.log("lookup", error?.code));`;
        const { output } = await room.run(sandbox, node(script));

        expect(output).toContain("interfaces lo\n");
        expect(output).toMatch(/lookup E/);
      });
    });

    it("writes nowhere but in the checkout and the exchange", async () => {
      const targets = [
        room.secret,
        join(room.mirror, "HEAD"),
        join(room.mirror, "new"),
        "/usr/autopack-test",
        "/usr/bin/env",
      ];
      const inside = ["/autopack-test", "/etc/passwd", "/etc/autopack-test", "/sandbox/autopack-test", "/proc/1/comm"];
      const script = [...targets, ...inside].map(
        (path) => `(echo hacked >> ${path}) 2>/dev/null && echo "wrote ${path}"`,
      );
      const { checkout, exchange } = sandbox.inside({ checkout: { path: "", access: "write" }, exchange: "" });

      const { output } = await room.run(
        sandbox,
        `${script.join("\n")}\necho ok > ${checkout}/made && echo ok > ${exchange}/made && echo ok > /tmp/made && echo done`,
      );

      expect(output).toBe("done\n");
      expect(readFileSync(room.secret, "utf8")).toBe(SECRET);
      expect(readFileSync(join(room.mirror, "HEAD"), "utf8")).toBe("ref: refs/heads/main\n");
      expect(readFileSync(join(room.checkout, "made"), "utf8")).toBe("ok\n");
      expect(readFileSync(join(room.exchange, "made"), "utf8")).toBe("ok\n");
      expect(existsSync("/usr/autopack-test")).toBe(false);
      expect(existsSync("/tmp/made")).toBe(false);
    });

    it("writes nothing in a checkout that is there to be read", async () => {
      writeFileSync(join(room.checkout, "file"), "before");

      const { output } = await room.run(sandbox, "cat file; echo after > file; echo new > new; rm -f file", {
        access: "read",
      });

      expect(output).toMatch(/^before.*Read-only file system/s);
      expect(readFileSync(join(room.checkout, "file"), "utf8")).toBe("before");
      expect(existsSync(join(room.checkout, "new"))).toBe(false);
    });

    it("leaves files that belong to the user who runs Autopack", async () => {
      await room.run(sandbox, "echo made > file");

      expect(statSync(join(room.checkout, "file")).uid).toBe(process.getuid?.());
    });

    it("reads nothing of the host's", async () => {
      // A container has some of these of its own.
      const own = isolation === "docker" ? [] : ["/root", "/etc/shadow", "/sys"];
      const paths = [room.secret, "/home", "/etc/ssl/private", "/var/lib", process.cwd(), ...own];
      const script = [...paths.map((path) => `ls -d ${path} && cat ${path}`), "cat /etc/shadow; ls /root"].join("\n");
      expect(existsSync(room.secret)).toBe(true);

      const { output } = await room.run(sandbox, `exec 2>/dev/null; ${script}\ncat ${join(room.mirror, "HEAD")}`);

      expect(output).toBe("ref: refs/heads/main\n");
    });

    it("gets no further by a link out of the checkout", async () => {
      const script = `ln -s ${room.secret} link; ln -s /proc/1/root${room.secret} link2; cat link link2; echo x > link`;
      const { output } = await room.run(sandbox, script);

      expect(output).not.toContain(SECRET);
      expect(output.match(/No such file/g)?.length).toBeGreaterThanOrEqual(2);
      expect(readFileSync(room.secret, "utf8")).toBe(SECRET);
    });

    it("sees and signals only its own processes", async () => {
      const script = `
      const { readdirSync, readFileSync } = require("fs");
      const seen = readdirSync("/proc").filter((name) => /^\\d+$/.test(name));
      console.log(seen.map((pid) => readFileSync("/proc/" + pid + "/cmdline", "utf8").split("\\0")[0]).join());
      try { process.kill(${victim.pid}, "SIGKILL"); console.log("killed"); } catch (error) { console.log(error.code); }
      try { process.kill(-1, "SIGKILL"); } catch (error) { console.log(error.code); }`;
      const { output } = await room.run(sandbox, node(script));

      // In a container, a second shell waits for the end of Autopack.
      expect(output).toBe(isolation === "docker" ? "/bin/sh,/bin/sh,node\nESRCH\n" : "/bin/sh,node\nESRCH\nESRCH\n");
      expect(victim.exitCode).toBeNull();
      expect(victim.signalCode).toBeNull();
      process.kill(victim.pid ?? 0, 0);
    });

    it("traces no process of the host", async () => {
      const perl = `my $r = syscall(${CALLS.ptrace}, 16, ${victim.pid}, 0, 0); print "$r $!\\n"`;
      if (process.getuid?.() === 0) expect(execFileSync("perl", ["-e", perl], { encoding: "utf8" })).toMatch(/^0 /);

      const { output } = await room.run(sandbox, ["perl", "-e", perl]);

      expect(output).toMatch(/^-1 (No such process|Operation not permitted)\n$/);
    });

    it("reaches no key ring", async () => {
      const perl = `my $r = syscall(${CALLS.keyctl}, 0, -4, 0); print $r < 0 ? "$!\\n" : "key ring\\n"`;
      const outside = execFileSync("perl", ["-e", perl], { encoding: "utf8" });

      const { output } = await room.run(sandbox, ["perl", "-e", perl]);

      expect(outside).toBe("key ring\n");
      expect(output).toBe("Operation not permitted\n");
    });

    it("mounts nothing, and makes no namespaces to do it in", async () => {
      const { output } = await room.run(
        sandbox,
        "mount -t tmpfs none /tmp && echo mounted; unshare -rm mount -t tmpfs none /tmp && echo mounted; echo tried",
      );

      expect(output).not.toContain("mounted");
      expect(output).toContain("tried");
    });

    it("changes no setting of the kernel", async () => {
      // Opened, not written: a failing test must not change the machine.
      const script = `
      for (const path of ["kernel/core_pattern", "kernel/hostname", "vm/drop_caches", "kernel/modprobe"])
        try { require("fs").openSync("/proc/sys/" + path, "a"); console.log("opened", path); }
        catch (error) { console.log(error.code); }`;
      const { output } = await room.run(sandbox, node(script));

      expect(output).toMatch(/^((EROFS|EACCES|EPERM|ENOENT)\n){4}$/);
    });

    it("reads nothing that the kernel shows to root alone", async () => {
      const { output } = await room.run(
        sandbox,
        "for f in kcore kmsg kpagecount kpageflags slabinfo vmallocinfo; do head -c 1 /proc/$f 2>/dev/null; done; echo none",
      );

      expect(output).toBe("none\n");
    });

    it("cannot take devices from the host, and uses them all the same", async () => {
      const before = statSync("/dev/null").mode;

      const { output } = await room.run(
        sandbox,
        "chmod 666 /dev/null; echo gone > /dev/null && echo written; head -c 1 /dev/urandom | wc -c",
      );

      expect(output).toMatch(/(Read-only file system|Operation not permitted)\nwritten\n1\n/);
      expect(statSync("/dev/null").mode).toBe(before);
    });

    it("makes no device, and no name for a file of the host", async () => {
      const script = `
      mknod sda b 8 0; mknod mem c 1 1; mknod kmsg c 1 11
      ln ${room.secret} hard; ln ${join(room.mirror, "HEAD")} hard; ln /usr/bin/env hard
      ls -A`;
      const { output } = await room.run(sandbox, `exec 2>/dev/null\n${script}`);

      expect(output).toBe("");
    });

    it("gives no orders to the kernel", async () => {
      const script = `
      for (const path of ["/proc/sysrq-trigger", "/proc/1/oom_score_adj", "/sys/kernel/uevent_helper", "/dev/kmsg", "/dev/mem"])
        try { require("fs").openSync(path, path.endsWith("adj") ? "r" : "a"); console.log("opened", path); }
        catch (error) { console.log(error.code); }`;
      const { output } = await room.run(sandbox, node(script));

      expect(output.replace("opened /proc/1/oom_score_adj\n", "")).toMatch(/^((EROFS|EACCES|EPERM|ENOENT)\n){4}$/);
    });

    it("reaches no address beyond, such as a cloud's metadata", async () => {
      const script = `
      for (const host of ["169.254.169.254", "10.0.0.1", "1.1.1.1", "::1"])
        require("net").connect(host === "::1" ? 22 : 80, host).on("connect", () => console.log("reached", host))
          .on("error", (error) => console.log("refused"));
      const socket = require("dgram").createSocket("udp4");
      socket.on("error", () => console.log("refused"));
      socket.send("x", 53, "1.1.1.1", (error) => { console.log(error ? "refused" : "sent"); socket.close(); });`;
      const { output } = await room.run(sandbox, node(script));

      expect(output).toBe("refused\n".repeat(5));
    });

    it("reaches no socket of the host, with a path or without", async () => {
      const path = join(dirname(room.secret), "other-attempt.sock");
      const abstract = `autopack-test-${process.pid}-${isolation}`;
      const servers = [createServer((socket) => socket.end("hello")), createServer((socket) => socket.end("hello"))];
      servers[0]?.listen(path);
      servers[1]?.listen(`\0${abstract}`);
      await Promise.all(servers.map(async (server) => once(server, "listening")));
      await Promise.all([path, `\0${abstract}`].map(async (address) => once(connect(address), "data")));

      const script = `
      const paths = [${JSON.stringify(path)}, "\\0${abstract}", "/var/run/docker.sock", "/run/podman/podman.sock", "/run/dbus/system_bus_socket"];
      for (const path of paths)
        require("net").connect(path).on("connect", () => console.log("reached", path)).on("error", () => console.log("refused"));`;
      const { output } = await room.run(sandbox, node(script));
      servers.forEach((server) => server.close());

      expect(output).toBe("refused\n".repeat(5));
    });

    it("types nothing into anybody's terminal", async () => {
      const request = 0x5412;
      const perl = `my $x = "x"; for my $fd (0, 1, 2) { open(my $h, "+<&=", $fd); print ioctl($h, ${request}, $x) ? "typed\\n" : "refused\\n" } print open(my $tty, "+<", "/dev/tty") ? "terminal\\n" : "none\\n"`;
      const { output } = await room.run(sandbox, ["perl", "-e", perl]);

      expect(output).toBe("refused\nrefused\nrefused\nnone\n");
    });

    it("shows its files to Autopack as files: no owner, right or link in them gains anything", async () => {
      const script = `
      cp /usr/bin/env own; chmod 6755 own; mkdir -p .git/hooks
      printf '#!/bin/sh\\ntouch ${room.folder}/hooked\\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
      ln -s ${room.secret} link; ln -s / root; mkfifo pipe; echo done`;
      const { output } = await room.run(sandbox, script);

      expect(output).toBe("done\n");
      const made = (name: string) => lstatSync(join(room.checkout, name));
      expect(["own", "link", "root", "pipe"].map((name) => made(name).uid)).toEqual(
        Array.from({ length: 4 }, () => process.getuid?.()),
      );
      expect(statSync(room.secret).uid).toBe(process.getuid?.());
      expect(existsSync(join(room.folder, "hooked"))).toBe(false);
    });

    it("has no capability and gains none", async () => {
      const { output } = await room.run(sandbox, "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; id -u");

      expect(output.match(/^Cap\w+:\t0+$/gm)).toHaveLength(5);
      expect(output).toContain("NoNewPrivs:\t1\n");
      expect(output).toContain("Seccomp:\t2\n");
      expect(output).toContain("\n1000\n");
    });
  },
);

function node(script: string) {
  return ["node", "-e", script] as const;
}

it.skipIf(DOCKER.length > 0)(`Docker backend: ${NO_PODMAN}`, ({ skip }) => {
  skip();
});
