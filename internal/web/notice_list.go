package web

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"changbei/internal/id"
	"changbei/internal/notifying"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var noticeListPage = declare[view.NoticeList]("base", "notice/list")

// showUnread narrows the list to what was not read.
const showUnread = "unread"

// noticesURL is the list as it was looked at.
func noticesURL(unread bool) string {
	if unread {
		return "/notices?show=" + showUnread
	}
	return "/notices"
}

// noticeList shows what concerns the person.
func (s *Server) noticeList(c echo.Context) error {
	q := form.Query(c.Request())
	unread, from := q.Text("show") == showUnread, noticeCursor(q.Text("before"))
	p, err := s.Notifying.List(c.Request().Context(), actorOf(c), unread, from)
	if err != nil {
		return err
	}
	data := &view.NoticeList{Base: s.base(c), UnreadOnly: unread, Pager: noticePager(unread, from, p.Next, len(p.Notices)), Empty: noNotices(unread)}
	for i, n := range p.Notices {
		if i == 0 {
			data.UpTo = n.At
		}
		page := "/notices/" + n.ID.String()
		data.Rows = append(data.Rows, view.NoticeRow{OpenURL: page + "/open", ReadURL: page + "/read", Title: n.Title, Body: n.Body, Kind: view.NoticeTag(n.Kind),
			Depot: p.Depots[n.DepotID], Who: n.ActorName, When: view.When(n.At), Seen: n.Seen})
	}
	return show(s, c, noticeListPage, data)
}

// noticeCursor reads a page's key; a wrong one is the first page.
func noticeCursor(text string) notifying.Cursor {
	var at, last int64
	if n, err := fmt.Sscanf(text, "%d~%d", &at, &last); n != 2 || err != nil {
		return notifying.Cursor{}
	}
	return notifying.Cursor{At: at, ID: id.ID(last)}
}

func cursorText(c notifying.Cursor) string { return fmt.Sprintf("%d~%d", c.At, c.ID) }

func noticePager(unread bool, from, next notifying.Cursor, shown int) view.Pager {
	p := view.Pager{Shown: shown}
	if from != (notifying.Cursor{}) {
		p.First = noticesURL(unread)
	}
	if next != (notifying.Cursor{}) {
		query := url.Values{"before": {cursorText(next)}}
		if unread {
			query.Set("show", showUnread)
		}
		p.Next = "/notices?" + query.Encode()
	}
	p.Needed = p.First != "" || p.Next != ""
	return p
}

func noNotices(unread bool) view.Empty {
	if unread {
		return view.Empty{Icon: "circle-check", Title: "没有未读的通知", Text: "需要您知道或办理的事，有了新的会在这里和右上角的铃铛上显示。", URL: "/notices", Do: "查看全部通知"}
	}
	return view.Empty{Icon: "bell", Title: "还没有通知", Text: "需要您知道或办理的事会在这里和右上角的铃铛上显示。"}
}

// noticeOpen marks a notice read and goes to the page it speaks of.
func (s *Server) noticeOpen(c echo.Context) error {
	n, err := pathID(c, "id")
	if err != nil {
		return err
	}
	path, err := s.Notifying.Open(c.Request().Context(), actorOf(c), n)
	if err != nil {
		return err
	}
	return redirect(c, localPath(path))
}

// noticeRead marks a notice read.
func (s *Server) noticeRead(c echo.Context) error {
	n, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Notifying.MarkRead(c.Request().Context(), actorOf(c), n); err != nil {
		return err
	}
	return s.backToNotices(c)
}

// noticeReadAll marks all read that the page showed, and what is older.
func (s *Server) noticeReadAll(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	upTo, _ := strconv.ParseInt(f.Text("up_to"), 10, 64)
	if err := s.Notifying.MarkAllRead(c.Request().Context(), actorOf(c), upTo); err != nil {
		return err
	}
	return s.backToNotices(c)
}

// backToNotices shows the list again as it was looked at.
func (s *Server) backToNotices(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	return redirect(c, noticesURL(f.Text("show") == showUnread))
}
