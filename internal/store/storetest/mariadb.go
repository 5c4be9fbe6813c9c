package storetest

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// startLimit bounds how long a server may take to answer; a busy machine
// needed 20 seconds once.
const startLimit = 90 * time.Second

// server gives the base address of the MySQL engine, starting one once per
// test process.
var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("CHANGBEI_TEST_MYSQL_DSN"); dsn != "" {
		return dsn, nil
	}
	if err := Install(); err != nil {
		return "", err
	}
	sweep(memoryDir())
	dir, err := os.MkdirTemp(memoryDir(), fmt.Sprintf("%s%d-", dirPrefix, os.Getpid()))
	if err != nil {
		return "", err
	}
	return start(dir)
})

// memoryDir is a RAM disk where there is one: the suites test answers, not the
// disk, and a hundred fresh schemas cost seconds there instead of minutes.
func memoryDir() string {
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		return "/dev/shm"
	}
	return ""
}

const dirPrefix = "changbei-mariadb-"

// sweep removes what servers of ended test processes left: the kernel kills a
// server with its parent, so nobody is there to tidy up.
func sweep(root string) {
	dirs, _ := filepath.Glob(filepath.Join(cmp.Or(root, os.TempDir()), dirPrefix+"*"))
	for _, d := range dirs {
		var pid int
		fmt.Sscanf(filepath.Base(d), dirPrefix+"%d-", &pid)
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); os.IsNotExist(err) {
			os.RemoveAll(d)
		}
	}
}

// Install puts the server's package on the machine when it is missing.
func Install() error {
	if find("mariadbd") != "" {
		return nil
	}
	for _, args := range [][]string{{"update", "-qq"}, {"install", "-y", "-qq", "--no-install-recommends", "mariadb-server-core", "mariadb-client-core"}} {
		cmd := exec.Command("apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %v: %w\n%s\nInstall MariaDB by hand or set CHANGBEI_TEST_MYSQL_DSN", args, err, out)
		}
	}
	if find("mariadbd") == "" {
		return fmt.Errorf("mariadbd is still missing after installing mariadb-server-core")
	}
	return nil
}

func find(program string) string {
	for _, p := range []string{"/usr/sbin/" + program, "/usr/bin/" + program} {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	p, _ := exec.LookPath(program)
	return p
}

// start makes a data directory and runs a server on a free loopback port. The
// server dies with this process.
func start(dir string) (string, error) {
	data := filepath.Join(dir, "data")
	var out bytes.Buffer
	cmd := exec.Command(find("mariadb-install-db"), "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--user="+runAs())
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("mariadb-install-db: %w\n%s", err, out.Bytes())
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	d := exec.Command(find("mariadbd"), "--no-defaults", "--datadir="+data, "--user="+runAs(), "--bind-address=127.0.0.1",
		"--port="+strconv.Itoa(port), "--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "pid"), "--skip-name-resolve",
		"--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=0", "--innodb-lock-wait-timeout=5", "--max-connections=500",
		"--log-error="+filepath.Join(dir, "log"))
	dieWithParent(d)
	if err := d.Start(); err != nil {
		return "", err
	}
	go func() {
		d.Wait()
		os.RemoveAll(dir)
	}()
	base := fmt.Sprintf("mysql://root:@127.0.0.1:%d/", port)
	for end := time.Now().Add(startLimit); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if run(base, "SELECT 1") == nil {
			return base, nil
		}
	}
	d.Process.Kill()
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	return "", fmt.Errorf("mariadbd did not answer in %s\n%s", startLimit, log)
}

// runAs is the user the server runs as: mariadbd refuses root unless told so.
func runAs() string {
	if os.Getuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
