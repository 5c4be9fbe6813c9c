package storetest

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// MySQL9 is Oracle's MySQL, which Debian's stable release does not have: its
// server comes from the next release, in a folder of its own.
func MySQL9() Engine { return served("mysql9", mysql9) }

// byHand9 is what a person can do where this package cannot.
const byHand9 = `Set CHANGBEI_TEST_DEBIAN_MIRROR to a Debian mirror that answers, or make the folder by hand, as root:
  debootstrap --variant=minbase --include=mysql-server-core sid %s
or set CHANGBEI_TEST_MYSQL9_DSN=mysql://user:password@host:port/ to a server of MySQL 8.4 or later`

// mysql9 gives the base address of the server, starting one once per test
// process.
var mysql9 = sync.OnceValues(func() (string, error) {
	base := os.Getenv("CHANGBEI_TEST_MYSQL9_DSN")
	if base == "" {
		root, err := tree9()
		if err != nil {
			return "", err
		}
		if base, err = start9(root); err != nil {
			return "", err
		}
	}
	base = strings.TrimSuffix(base, "/") + "/"
	return base, isMySQL(base)
})

// tree9 gives the folder with the server and the libraries it runs on, filling
// it once for all later runs. To get a newer server, remove the folder.
func tree9() (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "mysql9")
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	byHand := fmt.Sprintf(byHand9, dir)
	if os.Getuid() != 0 {
		return "", fmt.Errorf("debootstrap works for root only. %s", byHand)
	}
	err = install(byHand, need{"debootstrap", "debootstrap"}, need{"/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring"},
		need{"gpgv", "gpgv"}, need{"unshare", "util-linux"})
	if err != nil {
		return "", err
	}
	return into("mysql9", func(dir string) error {
		// In a mount namespace of its own, so that a debootstrap that is
		// killed leaves no /proc mounted in a folder to be removed.
		args := []string{"--mount", find("debootstrap"), "--force-check-gpg", "--variant=minbase", "--include=mysql-server-core", "sid", dir}
		cmd := exec.Command(find("unshare"), append(args, mirror()...)...)
		dieWithParent(cmd)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("debootstrap: %w\n%s\n%s", err, tail(out), byHand)
		}
		return os.RemoveAll(filepath.Join(dir, "var/cache/apt/archives"))
	})
}

// mirror is where the next release comes from: the setting, else where this
// machine has its own Debian packages from, as apt reads its sources; on a
// machine that is no Debian nothing, which leaves it to debootstrap.
func mirror() []string {
	if m := os.Getenv("CHANGBEI_TEST_DEBIAN_MIRROR"); m != "" {
		return []string{m}
	}
	for range 2 {
		out, err := exec.Command("apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)", "Created-By: Packages").Output()
		if err != nil {
			return nil
		}
		if m := mirrorIn(string(out)); m != nil {
			return m
		}
		exec.Command("apt-get", "update", "-qq").Run() // until then apt does not know whose packages they are
	}
	return nil
}

// mirrorIn picks Debian's main archive from a list of origin, label and
// address; security updates and other vendors' packages lie elsewhere.
func mirrorIn(list string) []string {
	for line := range strings.Lines(list) {
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "Debian Debian "); ok && strings.HasPrefix(address, "http") {
			return []string{address}
		}
	}
	return nil
}

// command9 is the server, run by the loader and with the libraries of its own
// release: so it needs neither chroot nor, once the folder is there, root.
func command9(root, dir string, args ...string) (*exec.Cmd, error) {
	loaders, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*/ld-linux*.so.*"))
	if err != nil || len(loaders) == 0 {
		return nil, fmt.Errorf("%s has no loader of programs; remove the folder to have it made again", root)
	}
	list := append([]string{"--library-path", filepath.Dir(loaders[0]), filepath.Join(root, "usr/sbin/mysqld"), "--no-defaults", "--user=" + runAs(),
		"--basedir=" + filepath.Join(root, "usr"), "--plugin-dir=" + filepath.Join(root, "usr/lib/mysql/plugin"),
		"--datadir=" + filepath.Join(dir, "data"), "--tmpdir=" + dir, "--secure-file-priv=NULL", "--log-error=" + logFile(dir)}, args...)
	return exec.Command(loaders[0], list...), nil
}

// users9 makes the test's user with what the README tells operators to grant
// and no more, so that a privilege the product needs beyond that is noticed.
const users9 = "CREATE USER changbei@127.0.0.1 IDENTIFIED BY 'changbei';\nGRANT ALL ON `cb\\_%`.* TO changbei@127.0.0.1;\n"

// start9 makes a data directory and runs a server on a free loopback port with
// MySQL's own defaults: binary log on, every commit written through. Triggers
// can then be made without SUPER only with log_bin_trust_function_creators.
func start9(root string) (string, error) {
	dir, err := privateDir()
	if err != nil {
		return "", err
	}
	if err := initialize9(root, dir); err != nil {
		return "", err
	}
	ports, err := freePorts(1)
	if err != nil {
		return "", err
	}
	cmd, err := command9(root, dir, "--bind-address=127.0.0.1", "--port="+strconv.Itoa(ports[0]), "--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "pid"),
		"--mysqlx=OFF", "--skip-name-resolve", "--init-file="+filepath.Join(dir, "users.sql"), "--log-bin-trust-function-creators=1", "--performance-schema=OFF",
		"--innodb-buffer-pool-size=256M", "--innodb-redo-log-capacity=64M", "--innodb-lock-wait-timeout=5", "--max-connections=500",
		"--max-binlog-size=64M", "--binlog-expire-logs-seconds=60")
	if err != nil {
		return "", err
	}
	d, err := launch(cmd, logFile(dir))
	if err != nil {
		return "", err
	}
	base := fmt.Sprintf("mysql://changbei:changbei@127.0.0.1:%d/", ports[0])
	return base, d.await("mysqld to answer", func() error { return run(base, "SELECT 1") })
}

// initialize9 fills the data directory with MySQL's own tables.
func initialize9(root, dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "users.sql"), []byte(users9), 0o600); err != nil {
		return err
	}
	cmd, err := command9(root, dir, "--initialize-insecure")
	if err != nil {
		return err
	}
	dieWithParent(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		log, _ := os.ReadFile(logFile(dir))
		return fmt.Errorf("mysqld --initialize-insecure: %w\n%s%s", err, out, log)
	}
	return nil
}

// isMySQL refuses a server that would prove something else: MariaDB, or a
// MySQL that is no longer maintained.
func isMySQL(base string) error {
	return with(base, func(db *sql.DB) error {
		var version string
		if err := db.QueryRow("SELECT VERSION()").Scan(&version); err != nil {
			return err
		}
		var major, minor int
		fmt.Sscanf(version, "%d.%d", &major, &minor)
		if strings.Contains(version, "MariaDB") || major*100+minor < 804 {
			return fmt.Errorf("the mysql9 engine is %s; it is to be MySQL 8.4 or later", version)
		}
		return nil
	})
}
