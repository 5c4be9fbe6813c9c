package web_test

import (
	"testing"
)

// TestRequestJourney fills a request in on a phone: what a line will ask for
// shows while its figures are typed, and what is sent is that.
func TestRequestJourney(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tent := offeredGoods(t, d.as(t, "street").get(t, "/requests/new"), aTent)
	j := d.watch(t, "street")
	j.do(j.b.Phone())
	j.do(j.b.Go(j.base + "/requests/new"))
	j.do(j.b.Wait("#request"))
	j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	j.until(`String([...document.querySelectorAll('#request input:not([type=hidden]):not([type=file]), #request select, .cb-foot button')].every((e) => e.classList.contains('cb-hide') || e.getBoundingClientRect().height >= 38))`, "true")
	j.eval(`document.querySelector('#kind').value = 'flood', ''`)
	for field, text := range map[string]string{"#place": "高塘岭中学", "#line-1-target": tent, "#line-1-needed": "75.5", "#line-1-in_stock": "5", "#line-1-used": "0.25"} {
		j.do(j.b.Click(field))
		j.keys(text)
	}
	j.until(`document.querySelector('#line-1-asked').placeholder`, "70.25")
	j.eval(`document.querySelector('#line-1-needed').value = '', ''`)
	j.do(j.b.Click("#line-1-needed"))
	j.keys("75")
	j.eval(`document.querySelector('#line-1-used').value = '', document.querySelector('#line-1-used').dispatchEvent(new Event('input', {bubbles: true})), ''`)
	j.until(`document.querySelector('#line-1-asked').placeholder`, "70")
	j.do(j.b.Click(`.cb-foot button[value="send"]`))
	j.do(j.b.Wait("#lines tbody"))
	j.see("#lines", "单帐篷", "70")
	j.until(`String(document.documentElement.scrollWidth <= innerWidth)`, "true")
	j.quiet()
}
