package accounts

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"changbei/internal/catalog"
	"changbei/internal/errs"

	"golang.org/x/text/unicode/norm"
)

// Lengths in characters. 8 with three classes is what 等保 asks for; 128 keeps
// a pasted file out of the hash.
const (
	minPassword  = 8
	longPassword = 16 // from here on length stands in for classes
	maxPassword  = 128
	minDistinct  = 5
	minClasses   = 3
)

//go:embed weak.txt
var weakText string

// weakWords are passwords and stems of passwords that guessers try first,
// among them the words of this trade.
var weakWords = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(weakText) {
		m[w] = true
	}
	return m
}()

// lookalikes are the signs people put for letters and believe unguessable.
var lookalikes = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "l", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// checkPassword says in words what is wrong with a new password, "" when
// nothing is.
func checkPassword(password, login, name string) string {
	text := norm.NFKC.String(password)
	chars := []rune(text)
	switch {
	case len(chars) < minPassword:
		return "密码至少 8 个字符。"
	case len(chars) > maxPassword:
		return "密码最多 128 个字符。"
	case len(chars) < longPassword && classes(chars) < minClasses:
		return "密码要包含大写字母、小写字母、数字、符号中的至少三种，或者用 16 个字符以上的长密码。"
	case distinct(chars) < minDistinct:
		return "密码里重复的字符太多，请换一个。"
	case containsKey(text, login) || containsKey(text, name):
		return "密码里不能包含用户名或姓名。"
	case weak(text):
		return "这个密码太常见，容易被猜中，请换一个。"
	}
	return ""
}

func classes(chars []rune) int {
	var upper, lower, digit, other int
	for _, r := range chars {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

func distinct(chars []rune) int {
	seen := make(map[rune]bool)
	for _, r := range chars {
		seen[r] = true
	}
	return len(seen)
}

// containsKey compares without case and width; one or two characters of a name
// would forbid too much.
func containsKey(password, word string) bool {
	key := catalog.Key(word)
	return len([]rune(key)) > 2 && strings.Contains(catalog.Key(password), key)
}

// weak finds a listed password, also behind digits and signs around it
// (Admin@2024) and lookalikes inside it (P@ssw0rd1). A sign near the end may be
// a letter in disguise or decoration (Chin@2024), so each cut is tried.
func weak(password string) bool {
	text := strings.ToLower(password)
	if weakWords[text] || weakWords[strings.Map(onlyLetters, text)] {
		return true
	}
	for text != "" {
		if weakWords[strings.Map(onlyLetters, lookalikes.Replace(text))] {
			return true
		}
		last, size := utf8.DecodeLastRuneInString(text)
		if unicode.IsLetter(last) {
			return false
		}
		text = text[:len(text)-size]
	}
	return false
}

func onlyLetters(r rune) rune {
	if unicode.IsLetter(r) {
		return r
	}
	return -1
}

// Lengths of a login and a name, within their columns.
const (
	minLogin = 2
	maxLogin = 32
	maxName  = 30
)

// LoginKey is the identity of a login: the same with other case, width or
// stray spaces.
func LoginKey(login string) string { return catalog.Key(login) }

// checkPerson checks the texts of an account.
func checkPerson(c *errs.Check, login, name string) {
	n := len([]rune(login))
	if n < minLogin || n > maxLogin || strings.ContainsFunc(login, badInLogin) {
		c.Add("login", "用户名要 2 到 32 个字符，只能用汉字、字母、数字、点、横线和下划线。")
	}
	if n <= maxLogin && len([]rune(LoginKey(login))) > maxLogin {
		c.Add("login", "用户名里的合写字符展开后超过 %d 个字符，请改用普通的字母或汉字。", maxLogin)
	}
	checkName(c, name)
}

func checkName(c *errs.Check, name string) {
	if n := len([]rune(name)); n == 0 || n > maxName {
		c.Add("name", "请填写姓名，最多 30 个字。")
	}
}

func badInLogin(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
}
