package notice

import (
	"encoding/json"
	"fmt"
)

// maxProblem is the column's, in characters.
const maxProblem = 300

// Problem reads a receiver's answer: "" says that the message was taken, else
// what is wrong, in a sentence without the hook's secrets. A robot answers 200
// to everything and says in errcode whether it meant it.
func (h Hook) Problem(status int, body []byte) string {
	switch {
	case status >= 300 && status < 400:
		return fmt.Sprintf("对方要求转到别的地址（HTTP %d），没有跟随。请填写最终的地址。", status)
	case status < 200 || status >= 300:
		return fmt.Sprintf("对方答复 HTTP %d，没有接收。", status)
	case h.Form == Plain:
		return ""
	}
	var answer struct {
		Code *int64 `json:"errcode"`
		Text string `json:"errmsg"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Code == nil {
		return "对方的答复不是" + h.Form.Name() + "的格式，请核对地址。"
	}
	if *answer.Code == 0 {
		return ""
	}
	return h.Tidy(fmt.Sprintf("%s答复 errcode %d：%s", h.Form.Name(), *answer.Code, answer.Text))
}

// Tidy makes a sentence of the network or of a receiver fit to be kept and
// shown: without the hook's secrets and without what cannot be seen.
func (h Hook) Tidy(text string) string { return clip(plain(h.Scrub(text), false), maxProblem) }
