package storetest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// server gives the base address of the MySQL engine, starting one once per
// test process.
var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("CHANGBEI_TEST_MYSQL_DSN"); dsn != "" {
		return strings.TrimSuffix(dsn, "/") + "/", nil
	}
	if err := Install(); err != nil {
		return "", err
	}
	dir, err := privateDir()
	if err != nil {
		return "", err
	}
	return start(dir)
})

// start runs the server that all suites of this process share. It need not
// survive anything unless it is to be durable, so it does not wait for the
// disk.
func start(dir string) (string, error) {
	settings := []string{"--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=0", "--innodb-lock-wait-timeout=5", "--max-connections=500"}
	s, err := newServer(dir, append(settings, durable...)...) // the later of two settings counts
	if err != nil {
		return "", err
	}
	stop = func() {
		s.Kill()
		os.RemoveAll(dir)
	}
	return s.Base, nil
}

// durable is set where a server must keep its word; see Durable.
var durable []string

// Durable has the server of this process run on the disk and sync every
// commit, as an office's does, with a buffer pool of a size as MariaDB writes
// it. For measurements, before the first database is asked for.
func Durable(pool string) {
	durable = []string{"--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=" + pool, "--innodb-log-file-size=1G"}
}

// stop ends the server of this process; see Stop.
var stop = func() {}

// Stop ends the server this package started, if any, and removes its files.
// Tests need not: what lies in memory is little, and the next run sweeps it.
func Stop() { stop() }

// makeData fills a data directory with MariaDB's own tables.
func makeData(data, user string) error {
	out, err := exec.Command(find("mariadb-install-db"), "--no-defaults", "--datadir="+data,
		"--auth-root-authentication-method=normal", "--skip-test-db", "--user="+user).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mariadb-install-db: %w\n%s", err, out)
	}
	return nil
}

// runAs is the user the server runs as: mariadbd refuses root unless told so.
func runAs() string {
	if os.Getuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}
