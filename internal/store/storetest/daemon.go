package storetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

// startLimit bounds how long a server may take to answer; a busy machine
// needed 20 seconds once.
const startLimit = 90 * time.Second

// daemon is a server that dies with this process. What it says before it opens
// its log goes to out.
type daemon struct {
	cmd   *exec.Cmd
	log   string
	out   bytes.Buffer
	ended chan struct{}
}

// launch starts a server that writes its log to a file.
func launch(cmd *exec.Cmd, log string) (*daemon, error) {
	d := &daemon{cmd: cmd, log: log, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &d.out, &d.out
	cmd.WaitDelay = time.Second // a helper the server started may keep them open
	dieWithParent(cmd)
	started := make(chan error)
	go func() {
		// The kernel goes by the thread that started the server, not by the
		// process: one that ends before, as those of heavy reports do, would
		// take the server with it.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
			close(d.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: %w", cmd.Path, err)
	}
	return d, nil
}

// await polls until the server is as wanted. One that ends or takes too long
// is killed, and its log is the error.
func (d *daemon) await(what string, ready func() error) error {
	deadline := time.Now().Add(startLimit)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-d.ended:
			return d.failed(what, fmt.Errorf("it ended: %s\n%s", d.cmd.ProcessState, d.out.Bytes()))
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			d.kill()
			return d.failed(what, fmt.Errorf("%w for %s", err, startLimit))
		}
	}
}

func (d *daemon) failed(what string, err error) error {
	log, _ := os.ReadFile(d.log)
	return fmt.Errorf("waited in vain for %s: %w\n%s", what, err, tail(log))
}

// tail is the end of a long output, where the reason of a failure stands.
func tail(out []byte) []byte { return out[max(0, len(out)-4000):] }

// kill is kill -9 of this one process, and waits for its end.
func (d *daemon) kill() {
	d.cmd.Process.Kill()
	<-d.ended
}

// logFile is a server's log in its folder. The servers add the ending where
// it is missing.
func logFile(dir string) string { return filepath.Join(dir, "log.err") }

const dirPrefix = "changbei-server-"

// privateDir makes a folder for a server of this process, and removes what
// servers of ended test processes left: the kernel kills a server with its
// parent, so nobody is there to tidy up.
func privateDir() (string, error) {
	root := memoryDir()
	for _, place := range []string{root, os.TempDir()} {
		dirs, _ := filepath.Glob(filepath.Join(place, dirPrefix+"*"))
		for _, d := range dirs {
			var pid int
			fmt.Sscanf(filepath.Base(d), dirPrefix+"%d-", &pid)
			if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); os.IsNotExist(err) {
				os.RemoveAll(d)
			}
		}
	}
	return os.MkdirTemp(root, fmt.Sprintf("%s%d-", dirPrefix, os.Getpid()))
}

// memoryDir is a RAM disk where there is one: the suites test answers, not the
// disk, and a hundred fresh schemas cost seconds there instead of minutes. A
// server that must keep its word goes to the disk.
func memoryDir() string {
	if st, err := os.Stat("/dev/shm"); durable == nil && err == nil && st.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

// freePorts finds n loopback ports nobody listens on. They lie below those the
// kernel gives to clients, so that no connection takes one before the server
// does: a cluster starts its last node seconds after its ports were found.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range 200 {
		if len(ports) == n {
			return ports, nil
		}
		port := 20000 + rand.N(12000)
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		defer l.Close() // kept to the end, so that no port is found twice
		ports = append(ports, port)
	}
	return nil, fmt.Errorf("no %d free ports between 20000 and 32000", n)
}
