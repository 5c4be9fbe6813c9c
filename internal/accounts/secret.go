package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
)

// Letters and digits that cannot be mistaken for each other on paper.
const (
	plainUpper  = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	plainLower  = "abcdefghijkmnpqrstuvwxyz"
	plainDigits = "23456789"
)

// pick draws n characters from an alphabet without bias.
func pick(alphabet string, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic("accounts: no randomness: " + err.Error()) // crypto/rand never fails on the systems we run on
		}
		out[i] = alphabet[k.Int64()]
	}
	return out
}

// newOnce makes a one-time password: 12 characters in groups, about 60 bits,
// with all three classes so that the rules accept it.
func newOnce() string {
	raw := append(pick(plainUpper, 4), pick(plainLower, 4)...)
	raw = append(raw, pick(plainDigits, 4)...)
	for i := len(raw) - 1; i > 0; i-- {
		j, _ := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		raw[i], raw[j.Int64()] = raw[j.Int64()], raw[i]
	}
	return string(raw[:4]) + "-" + string(raw[4:8]) + "-" + string(raw[8:])
}

// newSetupCode makes the code printed at the first start, about 50 bits.
func newSetupCode() string {
	raw := pick(plainUpper+plainDigits, 10)
	return string(raw[:5]) + "-" + string(raw[5:])
}

// foldSetupCode takes a code as people type it.
func foldSetupCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(string(passwordBytes(typed))))
}

// newLinkToken makes the secret of a sign-in link, 256 bits.
func newLinkToken() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// linkHash is what the database keeps of it.
func linkHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
