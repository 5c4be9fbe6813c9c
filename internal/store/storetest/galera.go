package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"changbei/internal/store"
)

// Galera is a cluster of three MariaDB servers of which the product writes to
// one, as the README asks: suites get node 0 of a cluster that stays up for
// the whole test process.
func Galera() Engine {
	return served("galera", func() (string, error) {
		c, err := shared()
		if err != nil {
			return "", err
		}
		return c.nodes[0].base(), nil
	})
}

var shared = sync.OnceValues(startCluster)

// Cluster is three MariaDB servers with Galera between them, on loopback. Its
// nodes are 0, 1 and 2; all have one and the same database.
type Cluster struct {
	dir      string
	owner    *user.User // whom the nodes run as
	database string
	nodes    []*node
}

// node is one server of a cluster: its four ports and its process.
type node struct {
	mysql, group, ist, sst int
	d                      *daemon
}

func (n *node) base() string { return fmt.Sprintf("mysql://root:@127.0.0.1:%d/", n.mysql) }

func (n *node) alive() bool {
	select {
	case <-n.d.ended:
		return false
	default:
		return true
	}
}

// StartGalera starts a cluster of the test's own, which may kill its nodes.
func StartGalera(t testing.TB) *Cluster {
	t.Helper()
	c, err := startCluster()
	if err != nil {
		t.Fatalf("no galera engine to test on: %v", err)
	}
	t.Cleanup(c.end)
	c.database = newName()
	if err := create(c.nodes[0].base(), c.database); err != nil {
		t.Fatal(err)
	}
	return c
}

// Node gives the cluster's one database as node i serves it.
func (c *Cluster) Node(i int) Engine {
	return Engine{Name: "mysql", Server: "galera", Options: func(testing.TB) store.Options {
		return store.Options{MySQL: c.nodes[i].base() + c.database}
	}}
}

// Kill ends node i as a power cut does: kill -9.
func (c *Cluster) Kill(i int) { c.nodes[i].d.kill() }

// Restart has node i join again; it comes back when the node is synced.
func (c *Cluster) Restart(t testing.TB, i int) {
	t.Helper()
	if err := c.start(c.nodes[i]); err != nil {
		t.Fatal(err)
	}
}

// Synced waits until the living nodes form a cluster and each has applied all
// that was committed on any of them before this call.
func (c *Cluster) Synced(t testing.TB) {
	t.Helper()
	for _, n := range c.nodes {
		if !n.alive() {
			continue
		}
		if err := n.d.await("a node to be synced", func() error { return n.synced(c.living()) }); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *Cluster) living() (count int) {
	for _, n := range c.nodes {
		if n.d != nil && n.alive() {
			count++
		}
	}
	return count
}

func (c *Cluster) end() {
	for _, n := range c.nodes {
		if n.d != nil {
			n.d.kill()
		}
	}
	os.RemoveAll(c.dir)
}

// synced asks a node whether it belongs to a cluster of that many nodes and
// stands where they stand. The last statement waits inside the server for what
// the others have committed.
func (n *node) synced(size int) error {
	return with(n.base(), func(db *sql.DB) error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		const want = "SELECT COALESCE(GROUP_CONCAT(variable_value ORDER BY variable_name), '') FROM information_schema.global_status " +
			"WHERE variable_name IN ('WSREP_CLUSTER_SIZE', 'WSREP_CLUSTER_STATUS', 'WSREP_LOCAL_STATE_COMMENT', 'WSREP_READY')"
		var got string
		if err := db.QueryRowContext(ctx, want).Scan(&got); err != nil {
			return err
		}
		if got != fmt.Sprintf("%d,Primary,Synced,ON", size) {
			return fmt.Errorf("the node says %s", got)
		}
		_, err := db.ExecContext(ctx, "SET STATEMENT wsrep_sync_wait = 1 FOR SELECT COUNT(*) FROM mysql.innodb_table_stats")
		return err
	})
}

// startCluster starts three nodes, the first as the seed of a new cluster. A
// node joins only when the one before is synced: a node gives its state to one
// joiner at a time.
func startCluster() (*Cluster, error) {
	c := &Cluster{}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	ports, err := freePorts(12)
	if err != nil {
		return nil, err
	}
	for i := range 3 {
		c.nodes = append(c.nodes, &node{mysql: ports[i], group: ports[3+i], ist: ports[6+i], sst: ports[9+i]})
	}
	for i, n := range c.nodes {
		if err := makeData(c.path(n, "data"), c.owner.Username); err != nil {
			return nil, err
		}
		var seed []string
		if i == 0 {
			seed = append(seed, "--wsrep-new-cluster")
		}
		if err := c.start(n, seed...); err != nil {
			c.end()
			return nil, err
		}
	}
	return c, nil
}

// prepare installs what is missing and makes the cluster's folder. Under root
// the nodes run as nobody: rsync's own server gives up root, and would find
// root's folders closed; so the scripts are copied to where nobody can read.
func (c *Cluster) prepare() error {
	scripts, err := installGalera()
	if err != nil {
		return err
	}
	if c.dir, err = privateDir(); err != nil {
		return err
	}
	if scripts != "" {
		if err := os.CopyFS(filepath.Join(c.dir, "bin"), os.DirFS(scripts)); err != nil {
			return err
		}
	}
	if c.owner, err = user.Current(); err != nil || c.owner.Uid != "0" {
		return err
	}
	if c.owner, err = user.Lookup("nobody"); err != nil {
		return err
	}
	uid, err := strconv.Atoi(c.owner.Uid)
	if err != nil {
		return err
	}
	return os.Chown(c.dir, uid, -1)
}

const byHandGalera = "By hand: apt-get install mariadb-server galera-4 rsync lsof iproute2 socat (10.11 or later; stop the service that mariadb-server starts)"

// provider is Galera itself, a library the server loads.
const provider = "/usr/lib/galera/libgalera_smm.so"

// fetchScripts takes them out of the package in the folder it runs in.
const fetchScripts = `apt-get download -qq mariadb-server &&
	dpkg-deb --fsys-tarfile mariadb-server_*.deb | tar -x --wildcards --strip-components=3 './usr/bin/wsrep_sst_*' &&
	rm mariadb-server_*.deb && test -x wsrep_sst_rsync`

// installGalera puts the packages on the machine and gives the folder of the
// state transfer's scripts, or nothing where they are installed. They are in
// mariadb-server, whose installation starts a service on port 3306 and makes a
// system user; so they are only unpacked from it, into the cache.
func installGalera() (scripts string, err error) {
	if err := Install(); err != nil {
		return "", err
	}
	err = install(byHandGalera, need{provider, "galera-4"}, need{"rsync", "rsync"}, need{"lsof", "lsof"}, need{"ip", "iproute2"}, need{"socat", "socat"})
	if err != nil || find("wsrep_sst_rsync") != "" {
		return "", err
	}
	return into("galera-scripts", func(dir string) error {
		cmd := exec.Command("sh", "-c", fetchScripts)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get download mariadb-server: %w\n%s\n%s", err, out, byHandGalera)
		}
		return nil
	})
}

// path is a file of one node in the cluster's folder.
func (c *Cluster) path(n *node, name string) string {
	return filepath.Join(c.dir, strconv.Itoa(n.mysql)+"-"+name)
}

// start runs a node and waits until it has the others' state.
func (c *Cluster) start(n *node, args ...string) error {
	conf, log := c.path(n, "conf"), c.path(n, "log.err")
	if err := os.WriteFile(conf, []byte(c.settings(n)), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(find("mariadbd"), append([]string{"--defaults-file=" + conf}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(c.dir, "bin")+":/usr/sbin:/usr/bin:/sbin:/bin")
	if err := runAsUser(cmd, c.owner); err != nil {
		return err
	}
	d, err := launch(cmd, log)
	if err != nil {
		return err
	}
	n.d = d
	return d.await("a node to be synced", func() error { return n.synced(c.living()) })
}

// settings is a node's configuration. A file, because the scripts of the state
// transfer read it too.
func (c *Cluster) settings(n *node) string {
	var members []string
	for _, m := range c.nodes {
		members = append(members, fmt.Sprintf("127.0.0.1:%d", m.group))
	}
	return strings.NewReplacer(
		"$DATA", c.path(n, "data"), "$SOCKET", c.path(n, "s"), "$PID", c.path(n, "pid"), "$LOG", c.path(n, "log.err"),
		"$PROVIDER", provider, "$MEMBERS", strings.Join(members, ","), "$NAME", "n"+strconv.Itoa(n.mysql),
		"$MYSQL", strconv.Itoa(n.mysql), "$GROUP", strconv.Itoa(n.group), "$IST", strconv.Itoa(n.ist), "$SST", strconv.Itoa(n.sst),
	).Replace(settings)
}

const settings = `[mysqld]
datadir=$DATA
socket=$SOCKET
pid-file=$PID
log-error=$LOG
port=$MYSQL
bind-address=127.0.0.1
skip-name-resolve
innodb_buffer_pool_size=256M
innodb_log_file_size=64M
innodb_flush_log_at_trx_commit=1
innodb_autoinc_lock_mode=2
innodb_lock_wait_timeout=5
max_connections=500
performance_schema=OFF
binlog_format=ROW
default_storage_engine=InnoDB
wsrep_on=ON
wsrep_provider=$PROVIDER
wsrep_cluster_name=changbei
wsrep_cluster_address=gcomm://$MEMBERS
wsrep_node_name=$NAME
wsrep_node_address=127.0.0.1:$GROUP
wsrep_provider_options="base_host=127.0.0.1;base_port=$GROUP;gmcast.listen_addr=tcp://127.0.0.1:$GROUP;ist.recv_addr=127.0.0.1:$IST;ist.recv_bind=127.0.0.1:$IST;gcache.size=64M"
wsrep_sst_method=rsync
wsrep_sst_receive_address=127.0.0.1:$SST
wsrep_slave_threads=2
`
