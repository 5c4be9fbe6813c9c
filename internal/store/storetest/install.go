package storetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Install puts the server's package on the machine when it is missing.
func Install() error {
	return install("Install MariaDB by hand or set CHANGBEI_TEST_MYSQL_DSN",
		need{"mariadbd", "mariadb-server-core"}, need{"mariadb", "mariadb-client-core"})
}

// need is a program and the package that has it.
type need struct{ program, pkg string }

// install puts the packages of missing programs on the machine; byHand tells
// what to do where that fails.
func install(byHand string, needs ...need) error {
	return alone(func() error {
		var missing []string
		for _, n := range needs {
			if find(n.program) == "" {
				missing = append(missing, n.pkg)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		for _, args := range [][]string{{"update", "-qq"}, append([]string{"install", "-y", "-qq", "--no-install-recommends"}, missing...)} {
			cmd := exec.Command("apt-get", args...)
			cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("apt-get %v: %w\n%s\n%s", args, err, out, byHand)
			}
		}
		for _, n := range needs {
			if find(n.program) == "" {
				return fmt.Errorf("%s is still missing after installing %s. %s", n.program, n.pkg, byHand)
			}
		}
		return nil
	})
}

// find gives the path of a program, or of a file if it is named by one. The
// servers lie where a user's PATH does not look.
func find(program string) string {
	for _, p := range []string{program, "/usr/sbin/" + program, "/usr/bin/" + program} {
		if _, err := os.Stat(p); err == nil && filepath.IsAbs(p) {
			return p
		}
	}
	p, _ := exec.LookPath(program)
	return p
}

// cacheDir keeps what takes long to get for the next run.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "changbei")
	return dir, os.MkdirAll(dir, 0o755)
}

// alone runs do while no other test process of this user does: go test runs
// several packages at once, and each would install the same.
func alone(do func() error) error {
	dir, err := cacheDir()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close() // gives the lock back
	if err := lock(f); err != nil {
		return err
	}
	return do()
}

// into makes a folder of the cache once: fill writes to a folder beside, which
// takes its place only when complete.
func into(name string, fill func(dir string) error) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, name)
	return dir, alone(func() error {
		if _, err := os.Stat(dir); err == nil {
			return nil
		}
		half := dir + ".half"
		if err := os.RemoveAll(half); err != nil {
			return err
		}
		if err := os.MkdirAll(half, 0o755); err != nil {
			return err
		}
		if err := fill(half); err != nil {
			return err
		}
		return os.Rename(half, dir)
	})
}
