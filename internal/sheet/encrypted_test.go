package sheet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"changbei/internal/errs"
)

func TestReadOnlyWorkbookIsReadThoughEncrypted(t *testing.T) {
	for name, data := range map[string][]byte{"standard": protected(knownPassword), "agile": agile(fine.zip(), knownPassword, "1000")} {
		t.Run(name, func(t *testing.T) {
			if got := cell(t, mustRead(t, data), "A1").Raw; got != "帐篷" {
				t.Errorf("A1 = %q", got)
			}
		})
	}
}

func TestDamagedEncryptionIsRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(2024, 9))
	for _, original := range [][]byte{protected(knownPassword), agile(fine.zip(), knownPassword, "1000")} {
		for range 50 {
			if _, err := readBytes(mutate(r, original)); err != nil && errs.KindOf(err) != errs.Invalid && errs.KindOf(err) != errs.TooLarge {
				t.Errorf("kind %v: %v", errs.KindOf(err), err)
			}
		}
	}
}

func TestRoundsOfHashingAreBounded(t *testing.T) {
	for _, count := range []string{"10000000", "999999999999", "100001", "&#49;0000000"} {
		_, err := readBytes(agile(fine.zip(), knownPassword, count))
		assertRefused(t, err, errs.Invalid, "去掉密码")
		if fewSpins([]byte(`<p:encryptedKey spinCount="` + count + `" saltSize="16"`)) {
			t.Errorf("%s rounds would be done", count)
		}
	}
	before := cpuTime()
	mustRead(t, agile(fine.zip(), knownPassword, "100000"))
	t.Log("as many rounds as office programs do:", cpuTime()-before)
}

// agile encrypts a workbook the way Excel does since 2010 ([MS-OFFCRYPTO]
// 2.3.4.11); excelize writes only the older way. A count out of bounds is only
// stated.
func agile(plain []byte, password, spinCount string) []byte {
	salt := []byte("0123456789abcdef")
	packageKey := []byte("a key of thirty-two bytes, always")[:32]
	sum := func(pieces ...[]byte) []byte {
		h := sha512.Sum512(slices.Concat(pieces...))
		return h[:]
	}
	var letters []byte
	for _, u := range utf16.Encode([]rune(password)) {
		letters = binary.LittleEndian.AppendUint16(letters, u)
	}
	key := sum(salt, letters)
	spins, ok := parseCount([]byte(spinCount), maxSpins)
	if !ok {
		spins = 0
	}
	for i := range spins {
		key = sum(binary.LittleEndian.AppendUint32(nil, uint32(i)), key)
	}
	key = sum(key, []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6})[:32]
	encrypt := func(key, iv, data []byte) []byte {
		data = append(slices.Clone(data), make([]byte, (16-len(data)%16)%16)...)
		block, err := aes.NewCipher(key)
		if err != nil {
			panic(err)
		}
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
		return data
	}
	stream := binary.LittleEndian.AppendUint64(nil, uint64(len(plain)))
	for i, chunk := range slices.Collect(slices.Chunk(plain, 4096)) {
		stream = append(stream, encrypt(packageKey, sum(salt, binary.LittleEndian.AppendUint32(nil, uint32(i)))[:16], chunk)...)
	}
	text := base64.StdEncoding.EncodeToString
	info := append([]byte{4, 0, 4, 0, 0x40, 0, 0, 0}, `<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">`+
		`<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="`+text(salt)+`"/>`+
		`<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="`+spinCount+
		`" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="`+text(salt)+
		`" encryptedKeyValue="`+text(encrypt(key, salt, packageKey))+`"/></keyEncryptor></keyEncryptors>`+strings.Repeat(" ", 4096)+`</encryption>`...)
	for len(stream) < 4096 { // below, a container keeps streams elsewhere
		stream = append(stream, make([]byte, 16)...)
	}
	return compound(map[string][]byte{"EncryptedPackage": stream, "EncryptionInfo": info})
}
