package accounts

import (
	"context"
	"strings"
	"testing"
	"unicode"
)

func TestPasswordRules(t *testing.T) {
	const login, name = "zhoujing", "欧阳静"
	cases := []struct{ title, password, says string }{
		{"seven characters", "Ab1!xyz", "至少 8 个字符"},
		{"nothing", "", "至少 8 个字符"},
		{"129 characters", strings.Repeat("Ab1!xyzwv", 14) + "Ab1", "最多 128 个字符"},
		{"two classes", "kvbrtmwq7", "至少三种"},
		{"long but of one class and too few signs", "abababababababab", "重复的字符"},
		{"four different signs", "Aa1!Aa1!Aa1!", "重复的字符"},
		{"the login in it", "Zhoujing#2026", "用户名或姓名"},
		{"the login full-width", "ＺｈｏｕＪｉｎｇ#2026", "用户名或姓名"},
		{"the name in it", "欧阳静Kq#2026", "用户名或姓名"},
		{"a listed word behind a year", "Admin@2024", "太常见"},
		{"a listed word in lookalikes", "P@ssw0rd1", "太常见"},
		{"a listed word of the trade", "Changbei#2026", "太常见"},
		{"a listed word full-width", "Ａｄｍｉｎ@2024", "太常见"},
		{"three classes", "Kvbrt7mwq", ""},
		{"a one-time look", "Xk7m-Pq2v-R9dT", ""},
		{"a sentence without capitals", "seven geese cross the river", ""},
		{"a Chinese sentence", "八月十五江边看月亮放灯笼吃月饼啊", ""},
		{"128 characters", strings.Repeat("Kvbrt7mw", 16), ""},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			got := checkPassword(c.password, login, name)
			if c.says == "" && got != "" || c.says != "" && !strings.Contains(got, c.says) {
				t.Errorf("%q: %q; want %q", c.password, got, c.says)
			}
		})
	}
}

// TestWeakWords dresses every listed word up as people do to get past a rule.
func TestWeakWords(t *testing.T) {
	if len(weakWords) < 200 {
		t.Fatalf("only %d weak words", len(weakWords))
	}
	for w := range weakWords {
		if !weak(w) || !weak(strings.ToUpper(w)) {
			t.Errorf("%s itself passes", w)
		}
		if strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) {
			continue
		}
		dressed := strings.ToUpper(w[:1]) + w[1:] + "@2024"
		if checkPassword(dressed, "x", "x") == "" {
			t.Errorf("%s passes", dressed)
		}
		if replaced := strings.NewReplacer("a", "@", "o", "0", "s", "$", "e", "3").Replace(w); !weak(replaced + "!9") {
			t.Errorf("%s passes", replaced)
		}
	}
}

func TestOneTimePasswordsPassTheRules(t *testing.T) {
	seen := make(map[string]bool)
	for range 500 {
		p := newOnce()
		if text := checkPassword(p, "keeper", "保管员"); text != "" || seen[p] {
			t.Fatalf("%s: %s, seen before: %t", p, text, seen[p])
		}
		if strings.ContainsAny(p, "0O1lI") {
			t.Fatalf("%s has signs that look alike on paper", p)
		}
		seen[p] = true
	}
}

func TestHash(t *testing.T) {
	ctx := context.Background()
	h := newHasher()
	a, err := h.hash(ctx, "Kvbrt7mwq")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := h.hash(ctx, "Kvbrt7mwq")
	if a == b {
		t.Error("the same salt twice")
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("parameters: %s", a)
	}
	if p, err := decodeHash(a); err != nil || len(p.salt) != 16 || len(p.key) != 32 {
		t.Errorf("salt %d and key %d bytes, %v", len(p.salt), len(p.key), err)
	}
	if len(a) > 150 {
		t.Errorf("%d characters do not fit the column with the mark of a one-time password", len(a))
	}
	for typed, want := range map[string]bool{"Kvbrt7mwq": true, "Ｋｖｂｒｔ７ｍｗｑ": true, "kvbrt7mwq": false, "Kvbrt7mwq ": false, "": false} {
		if got, err := h.verify(ctx, a, typed); got != want || err != nil {
			t.Errorf("%q: %t, %v", typed, got, err)
		}
	}
	if same, err := h.verify(ctx, "", ""); same || err != nil {
		t.Errorf("no password matched the empty one: %t %v", same, err)
	}
	// Weaker parameters of an older version must go on matching.
	old := "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$QgdCR2bV2FBSYkTXsFmOtVZyLTzWq4rPtJ0KGnB6q0s"
	if _, err := h.verify(ctx, old, "x"); err != nil {
		t.Errorf("an old hash: %v", err)
	}
	if _, err := h.verify(ctx, "plain", "plain"); err == nil {
		t.Error("a stored text that is no hash was compared")
	}
}
