package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// argon2id at OWASP's floor: 19 MiB and two passes. More would make a sign-in
// slow on the office machines this runs on.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	saltBytes    = 16
	keyBytes     = 32
)

// maxHashes bounds how many passwords are hashed at once: 4 × 19 MiB. The
// others wait, so that a flood of sign-ins cannot eat the memory.
const maxHashes = 4

// hasher makes and checks password hashes.
type hasher struct {
	slots chan struct{}
	dummy string // checked when there is no password to check
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, maxHashes)}
	salt := make([]byte, saltBytes)
	key := make([]byte, keyBytes)
	rand.Read(salt)
	rand.Read(key) // no password gives this key
	h.dummy = encodeHash(salt, key)
	return h
}

// run takes a slot for one hashing, or gives up with the request.
func (h *hasher) run(ctx context.Context, fn func()) error {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	fn()
	return nil
}

// hash makes the text that is stored.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	var text string
	err := h.run(ctx, func() {
		text = encodeHash(salt, argon2.IDKey(passwordBytes(password), salt, argonTime, argonMemory, argonThreads, keyBytes))
	})
	return text, err
}

// verify compares a password with a stored hash; "" is no password and never
// matches, with the same work.
func (h *hasher) verify(ctx context.Context, stored, password string) (bool, error) {
	absent := stored == ""
	if absent {
		stored = h.dummy
	}
	p, err := decodeHash(stored)
	if err != nil {
		return false, err
	}
	var same bool
	err = h.run(ctx, func() {
		key := argon2.IDKey(passwordBytes(password), p.salt, p.time, p.memory, p.threads, uint32(len(p.key)))
		same = subtle.ConstantTimeCompare(key, p.key) == 1
	})
	return same && !absent, err
}

// passwordBytes makes full-width letters of a Chinese input method the same as
// plain ones: people cannot see which of them they typed.
func passwordBytes(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

func encodeHash(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

type hashParts struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

// decodeHash reads the parameters back, so that they can be raised later
// without losing anybody's password.
func decodeHash(text string) (hashParts, error) {
	var p hashParts
	fields := strings.Split(text, "$")
	if len(fields) != 6 || fields[1] != "argon2id" {
		return p, fmt.Errorf("accounts: stored hash is not argon2id")
	}
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return p, fmt.Errorf("accounts: parameters of stored hash: %w", err)
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(fields[4]); err != nil {
		return p, err
	}
	p.key, err = base64.RawStdEncoding.DecodeString(fields[5])
	return p, err
}

// onceMark leads the stored text of a one-time password; the instant it ends
// stands between the mark and the hash.
const onceMark = "once:"

func onceText(hash string, ends time.Time) string {
	return onceMark + strconv.FormatInt(ends.UnixMicro(), 10) + ":" + hash
}

// splitOnce gives the hash and, for a one-time password, when it ends.
func splitOnce(stored string) (hash string, ends int64) {
	rest, ok := strings.CutPrefix(stored, onceMark)
	if !ok {
		return stored, 0
	}
	at, hash, _ := strings.Cut(rest, ":")
	ends, _ = strconv.ParseInt(at, 10, 64)
	return hash, ends
}
