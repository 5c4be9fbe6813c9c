// Package courier posts one message to an address that somebody typed in. It is
// the only package that asks anything of another machine over HTTP, and bounds
// what that can cost: how long, how much, and which machines can be reached.
//
// It may import the leaves. It knows no notice, no database and no retry, and
// what it says of a failure never holds the address, which is a secret.
package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Timeout bounds an attempt from the look-up of the name to the last byte of
// the answer. Robots answer within half a second; who needs longer is down.
const Timeout = 5 * time.Second

// maxAnswer bounds what is read of an answer: a robot says all in a hundred
// bytes.
const maxAnswer = 16 << 10

// Letter is what is posted. URL is http or https.
type Letter struct {
	URL     string
	Body    []byte
	Headers map[string]string
}

// Answer is what came of it. Problem is a sentence for people where there was
// no answer at all, else "" and Status and Body are the receiver's.
type Answer struct {
	Status  int
	Body    []byte
	Problem string
}

// Courier posts letters. It is safe for concurrent use.
type Courier struct {
	client  *http.Client
	timeout time.Duration
}

// New makes a courier that reaches what reach allows. timeout 0 is Timeout.
func New(reach Reach, timeout time.Duration) *Courier {
	if timeout == 0 {
		timeout = Timeout
	}
	dialer := &net.Dialer{ControlContext: reach.control}
	return &Courier{timeout: timeout, client: &http.Client{
		// The answer to a redirect is the caller's to read: followed, it would
		// carry the message, and the look at the address, somewhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			// No proxy of the environment: it would hide the address from the
			// look at it. No kept connection: the look is taken at each dial.
			DialContext: dialer.DialContext, DisableKeepAlives: true, DisableCompression: true,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: maxAnswer,
		},
	}}
}

// Post sends a letter and waits for its answer, at most for the timeout.
func (c *Courier) Post(ctx context.Context, l Letter) Answer {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL, bytes.NewReader(l.Body))
	if err != nil {
		return Answer{Problem: "地址写得不对，请修改。"}
	}
	for name, value := range l.Headers {
		request.Header.Set(name, value)
	}
	request.Header.Set("User-Agent", "changbei")
	answer, err := c.client.Do(request)
	if err != nil {
		return Answer{Problem: problem(ctx, err)}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return Answer{Status: answer.StatusCode, Problem: problem(ctx, err)}
	}
	return Answer{Status: answer.StatusCode, Body: body}
}

// problem words an error of the network. Its own text is not used: it quotes
// the address.
func problem(ctx context.Context, err error) string {
	var (
		refused  *refusal
		name     *net.DNSError
		untrust  *tls.CertificateVerificationError
		deadline = errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded)
	)
	switch {
	case errors.As(err, &refused):
		return refused.text
	case errors.Is(ctx.Err(), context.Canceled):
		return "程序停止时还没有等到答复。"
	case deadline:
		return "超过时限没有答复。"
	case errors.As(err, &name):
		return "找不到这个主机名，请核对地址和服务器的 DNS。"
	case errors.As(err, &untrust):
		return "对方的证书不可信，没有发送。请核对地址，或在服务器上安装所用的根证书。"
	case errors.Is(err, http.ErrSchemeMismatch):
		return "对方不是 HTTPS 服务，没有发送。请核对地址和端口。"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "对方没有开放这个端口，连接被拒绝。"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "网络不通，到不了对方。请检查服务器能否上网。"
	}
	return "连接中断，没有完成发送。"
}

// Reach says which machines letters may go to: those of the open internet, and
// of the office's own network what the operator lists. Who may write addresses
// into pages should not look into the server or the network behind it.
type Reach struct{ lan []netip.Prefix }

// NewReach allows the given networks beside the internet.
func NewReach(lan []netip.Prefix) Reach { return Reach{lan} }

// refusal is an address that letters may not go to.
type refusal struct{ text string }

func (r *refusal) Error() string { return "courier: " + r.text }

// control sees the very address that is dialled, whatever name led to it and
// however often that name changes its mind.
func (r Reach) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return &refusal{"地址不能识别，没有发送。"}
	}
	if why := r.Refuses(to.Addr()); why != "" {
		return &refusal{why}
	}
	return nil
}

// closed are the networks nobody reaches unless listed: this machine, private
// networks, those of carriers and tests, and the ranges that wrap one of them.
var closed = prefixes("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10",
	"100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")

// never are those no list opens: addresses that mean no machine, the link's own,
// and the ones clouds hand out their servers' credentials at.
var never = prefixes("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "fe80::/10", "ff00::/8",
	"100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		list[i] = netip.MustParsePrefix(t)
	}
	return list
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Refuses gives the reason why an address is not reached, "" when it is.
func (r Reach) Refuses(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	switch {
	case !a.IsValid() || a.IsUnspecified() || within(never, a):
		return "不能发往 " + a.String() + " 这样的地址。"
	case within(closed, a) && !within(r.lan, a):
		return a.String() + " 是本机或内网地址，没有放行。确需发往内网的，请运维人员在配置项 webhook-lan 中列出它。"
	}
	return ""
}
