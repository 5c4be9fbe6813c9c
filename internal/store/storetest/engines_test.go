package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChosen(t *testing.T) {
	for text, want := range map[string][]string{
		"":                 {"sqlite", "mysql"},
		"mysql9":           {"mysql9"},
		"galera, sqlite":   {"galera", "sqlite"},
		"sqlite,":          nil,
		"postgres":         nil,
		"MySQL9":           nil,
		"mysql9,galera,qq": nil,
	} {
		list, err := chosen(text)
		var got []string
		for _, e := range list {
			got = append(got, e.Server)
		}
		if d := cmp.Diff(want, got); d != "" || (err == nil) != (want != nil) {
			t.Errorf("%q: %v, %v\n%s", text, got, err, d)
		}
	}
}

// TestMirror reads what apt-get indextargets says on a machine with other
// vendors' packages.
func TestMirror(t *testing.T) {
	for name, c := range map[string]struct {
		list string
		want []string
	}{
		"a Debian machine":         {"Vendor Vendor http://vendor.example/deb/\nDebian Debian-Security http://mirror.example/debian-security/\nDebian Debian http://mirror.example/debian/\nDebian Debian http://other.example/debian/\n", []string{"http://mirror.example/debian/"}},
		"a disc and a mirror":      {"Debian Debian cdrom:[Debian 12]/\nDebian Debian https://mirror.example/debian/\n", []string{"https://mirror.example/debian/"}},
		"another system":           {"Ubuntu Ubuntu http://mirror.example/ubuntu/\n", nil},
		"lists not fetched yet":    {"  http://mirror.example/debian/\n", nil},
		"no sources":               {"", nil},
		"security updates and all": {"Debian Debian-Security http://mirror.example/debian-security/\n", nil},
	} {
		if d := cmp.Diff(c.want, mirrorIn(c.list)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
