package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
	"changbei/internal/ledger"
	"changbei/internal/web/form"
)

// The JSON interface for other programs of the office. It is served to the same
// sessions as the pages, with the same token in X-CSRF-Token, and every posting
// carries a key of the caller's in Idempotency-Key, so that a request whose
// answer was lost can be sent again.

const (
	apiPrefix = "/api/"
	keyHeader = "Idempotency-Key"
)

func isAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, apiPrefix) }

// apiFault is what the interface answers instead of a page.
type apiFault struct {
	Message string     `json:"message"`
	Fields  []apiField `json:"fields"`
}

type apiField struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// answerFault tells a program what is wrong, in the words of the page.
func answerFault(c echo.Context, err error) error {
	f := apiFault{Message: errs.MessageOf(err), Fields: []apiField{}}
	for _, field := range errs.FieldsOf(err) {
		f.Fields = append(f.Fields, apiField{Name: field.Name, Message: field.Message})
	}
	return c.JSON(statusOf(err), f)
}

// apiPosted is what the interface answers to a posting.
type apiPosted struct {
	ID         string `json:"id"`
	Number     string `json:"number"`
	BusinessOn string `json:"business_on"`
	HashTail   string `json:"hash_tail"`
	URL        string `json:"url"`
}

// answerPosted gives the voucher: 201 when this request booked it, 200 when an
// earlier one with the same key had.
func answerPosted(c echo.Context, v ledger.Voucher) error {
	status := http.StatusCreated
	if v.Again {
		status = http.StatusOK
	}
	return c.JSON(status, apiPosted{ID: v.ID.String(), Number: v.Number, BusinessOn: v.BusinessOn.String(), HashTail: ledger.Tail(v.Hash), URL: voucherURL(v.ID)})
}

// apiKey reads the caller's key of a posting.
func apiKey(c echo.Context) (string, error) {
	key := c.Request().Header.Get(keyHeader)
	plain := strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
	switch {
	case key == "":
		return "", errs.New(errs.Invalid, "请求缺少 %s 头。请为每张单据生成一个 16–64 个字符的唯一编号，重发同一张单据时用同一个编号。", keyHeader)
	case len(key) < 16 || len(key) > 64 || !plain:
		return "", errs.New(errs.Invalid, "%s 应为 16–64 个字母、数字或符号，现在是 %d 个字符。", keyHeader, len(key))
	}
	return key, nil
}

// readAPI reads a JSON body into a struct. A field nobody asked for is refused
// by name, and so is anything behind the first value.
func readAPI(c echo.Context, into any) error {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if kind != "application/json" {
		return errs.New(errs.Invalid, "请以 JSON 提交：Content-Type 应为 application/json。")
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return fromEcho(err)
	}
	if !utf8.Valid(body) {
		return errs.New(errs.Invalid, "提交的内容不是有效的文字（UTF-8），请重新编码后提交。")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("more than one value")
		}
	}
	return wordJSON(err)
}

// wordJSON says in words what is wrong with a JSON text.
func wordJSON(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && wrong.Field == "": // the whole body
		return errs.Wrap(errs.Invalid, err, "提交的内容应是一个 JSON 对象，写成 {\"reason\": \"…\", \"lines\": […]} 的样子，请对照接口说明修改。")
	case errors.As(err, &wrong):
		return &errs.Error{Kind: errs.Invalid, Message: fmt.Sprintf("「%s」的写法不对，请对照接口说明修改。", wrong.Field), Err: err,
			Fields: []errs.Field{{Name: wrong.Field, Message: "这一项的写法不对，编号和数量请写成文字，如 \"120\"。"}}}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		return &errs.Error{Kind: errs.Invalid, Message: fmt.Sprintf("没有「%s」这一项，请对照接口说明修改。", name), Err: err,
			Fields: []errs.Field{{Name: name, Message: "没有这一项。"}}}
	}
	return errs.Wrap(errs.Invalid, err, "提交的内容不是完整的 JSON，请检查后重新提交。")
}

// apiText is a text, or a number taken as it was written: never by way of a
// float.
type apiText string

// UnmarshalJSON takes a string or the digits of a number.
func (t *apiText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*t = apiText(b)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = apiText(form.Trim(s))
	return nil
}

// read gives a text as the use cases know it. Where a form drops the control
// characters that a scanner types along, a program that sends some is told: it
// means them, or is broken, and either way another text would be booked.
func (t apiText) read(c *errs.Check, name string) string {
	if form.HasControl(string(t)) {
		c.Add(name, "「%s」含有控制字符（如 \\u0000），请去掉后重新提交。", name)
	}
	return form.Clean(string(t))
}
