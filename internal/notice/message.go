package notice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"changbei/internal/id"
)

// Occasion is what a message says beside its notice.
type Occasion struct {
	DeliveryID id.ID
	Depot      string // the depot's name, "" = the district
	When       string // the notice's time as people read it
	SentAt     int64  // microseconds UTC: what signatures are made with
}

// Message is a notice in the words of a receiver: the body of a POST, with
// headers and with what is added to the address's query, in order.
type Message struct {
	Body    []byte
	Headers map[string]string
	Query   [][2]string
}

// Message forms a notice for the hook.
func (h Hook) Message(n Notice, o Occasion) (Message, error) {
	if h.Form == Plain {
		return h.plainMessage(n, o)
	}
	body, err := json.Marshal(map[string]any{"msgtype": "text", "text": map[string]string{"content": h.text(n, o)}})
	m := Message{Body: body, Headers: map[string]string{"Content-Type": "application/json; charset=utf-8"}}
	if h.Form == DingTalk && h.Secret != "" {
		ms := o.SentAt / 1000
		m.Query = [][2]string{{"timestamp", strconv.FormatInt(ms, 10)}, {"sign", SignDingTalk(h.Secret.Reveal(), ms)}}
	}
	return m, err
}

// maxContent is what a robot of 企业微信 takes of a text, in bytes; 钉钉 takes
// more, and people read less.
const maxContent = 2048

// text is the message of a group robot. It is plain text, no markdown: that is
// what every client shows, those who read from 微信 included, and nothing that
// was typed can become a link or a mark of its own.
func (h Hook) text(n Notice, o Occasion) string {
	where := o.When
	if o.Depot != "" {
		where = o.Depot + " " + o.When
	}
	foot := "\n" + where
	if h.LinkBase != "" && n.Path != "" {
		foot += "\n" + strings.TrimRight(h.LinkBase, "/") + n.Path
	}
	head := "【常备】" + n.Kind.Name() + "\n" + n.Title
	if n.Body != "" {
		head += "\n" + n.Body
	}
	return cutBytes(quiet(head), maxContent-len(foot)) + foot
}

// quiet keeps a typed text from calling people: robots read <@name> and @all as
// that.
func quiet(text string) string { return strings.ReplaceAll(text, "@", "＠") }

// cutBytes shortens a text to a number of bytes without cutting a character.
func cutBytes(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// SignDingTalk is the signature a robot of 钉钉 with 加签 asks for, not yet
// escaped for the address: base64(HMAC-SHA256(secret, timestamp + "\n" + secret)),
// timestamp in milliseconds and not an hour off.
func SignDingTalk(secret string, ms int64) string {
	return base64.StdEncoding.EncodeToString(mac(secret, strconv.FormatInt(ms, 10)+"\n"+secret))
}

// The headers of the plain form.
const (
	HeaderSignature = "X-Changbei-Signature"
	HeaderTimestamp = "X-Changbei-Timestamp"
	HeaderDelivery  = "X-Changbei-Delivery"
)

// SignPlain signs a body of the plain form together with the second it was sent
// at: "sha256=" and the hex of HMAC-SHA256(secret, timestamp + "\n" + body).
func SignPlain(secret string, second int64, body []byte) string {
	return "sha256=" + hex.EncodeToString(mac(secret, strconv.FormatInt(second, 10)+"\n"+string(body)))
}

func mac(key, text string) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// plainBody is the JSON of the plain form. delivery is the same in every try:
// a receiver that has seen it has the message already.
type plainBody struct {
	Delivery   id.ID  `json:"delivery"`
	Notice     id.ID  `json:"notice"`
	Kind       Kind   `json:"kind"`
	KindName   string `json:"kind_name"`
	Title      string `json:"title"`
	Body       string `json:"body"`
	Depot      string `json:"depot"`
	DepotID    id.ID  `json:"depot_id"`
	ResponseID id.ID  `json:"response_id"`
	Actor      string `json:"actor"`
	Path       string `json:"path"`
	URL        string `json:"url"`
	At         int64  `json:"at"` // microseconds UTC
}

func (h Hook) plainMessage(n Notice, o Occasion) (Message, error) {
	b := plainBody{Delivery: o.DeliveryID, Notice: n.ID, Kind: n.Kind, KindName: n.Kind.Name(), Title: n.Title, Body: n.Body, Depot: o.Depot,
		DepotID: n.DepotID, ResponseID: n.ResponseID, Actor: n.ActorName, Path: n.Path, At: n.At}
	if h.LinkBase != "" {
		b.URL = strings.TrimRight(h.LinkBase, "/") + n.Path
	}
	body, err := json.Marshal(b)
	second := o.SentAt / 1_000_000
	m := Message{Body: body, Headers: map[string]string{"Content-Type": "application/json; charset=utf-8",
		HeaderDelivery: o.DeliveryID.String(), HeaderTimestamp: strconv.FormatInt(second, 10)}}
	if h.Secret != "" {
		m.Headers[HeaderSignature] = SignPlain(h.Secret.Reveal(), second, body)
	}
	return m, err
}
