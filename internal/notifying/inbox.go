package notifying

import (
	"context"
	"errors"
	"time"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/notice"
	"changbei/internal/store"
)

// Limits of the inbox. The count stops where nobody reads the figure any more.
const (
	MaxUnread = 100 // and more
	pageSize  = 50
)

// settle is the time a transaction may have been running when it commits: what
// it tells bears the instant it began. All younger than this is marked one by
// one, so that nothing is read that was not there to be read.
const settle = 10 * time.Minute

// Unread counts what an actor has not read, up to MaxUnread. It asks the
// database once, and not at all for nobody.
func (s *Service) Unread(ctx context.Context, actor access.Actor) (int, error) {
	if actor.ID == 0 {
		return 0, nil
	}
	return s.store.Read().UnreadNotices(ctx, actor.ID, notice.KeysOf(actor), MaxUnread)
}

// Page is a page of somebody's notices, newest first.
type Page struct {
	Notices []store.SeenNotice
	Next    Cursor           // continues after the page, zero on the last one
	Depots  map[id.ID]string // the names of the depots the notices are about
}

// List gives a page of what an actor may see. Those of one's own acts are
// there, as read.
func (s *Service) List(ctx context.Context, actor access.Actor, unread bool, from Cursor) (Page, error) {
	if err := actor.Require(access.SignedIn, 0); err != nil {
		return Page{}, err
	}
	c := s.store.Read()
	list, err := c.Notices(ctx, store.NoticeQuery{AccountID: actor.ID, Keys: notice.KeysOf(actor), Unread: unread,
		BeforeAt: from.At, BeforeID: from.ID, Limit: pageSize + 1})
	if err != nil {
		return Page{}, err
	}
	var p Page
	if len(list) > pageSize {
		list = list[:pageSize]
		p.Next = Cursor{list[pageSize-1].At, list[pageSize-1].ID}
	}
	p.Notices = list
	p.Depots, err = depotNames(ctx, c)
	return p, err
}

func depotNames(ctx context.Context, c *store.Conn) (map[id.ID]string, error) {
	depots, err := c.Depots(ctx)
	names := make(map[id.ID]string, len(depots))
	for _, d := range depots {
		names[d.ID] = d.Name
	}
	return names, err
}

// noNotice is what somebody learns of a notice that is not theirs.
const noNotice = "没有这条通知，或您无权查看。请从通知列表重新进入。"

// Open marks a notice read and gives the path it leads to.
func (s *Service) Open(ctx context.Context, actor access.Actor, of id.ID) (path string, err error) {
	n, err := s.theirs(ctx, actor, of)
	if err != nil {
		return "", err
	}
	if !notice.LocalPath(n.Path) { // whatever wrote the row
		return "", errs.New(errs.NotFound, noNotice)
	}
	return n.Path, s.markOne(ctx, actor, n)
}

// MarkRead marks a notice read.
func (s *Service) MarkRead(ctx context.Context, actor access.Actor, of id.ID) error {
	n, err := s.theirs(ctx, actor, of)
	if err != nil {
		return err
	}
	return s.markOne(ctx, actor, n)
}

// theirs gives a notice the actor may see; another one is NotFound.
func (s *Service) theirs(ctx context.Context, actor access.Actor, of id.ID) (notice.Notice, error) {
	if err := actor.Require(access.SignedIn, 0); err != nil {
		return notice.Notice{}, err
	}
	c := s.store.Read()
	n, err := c.Notice(ctx, of)
	if err != nil {
		return n, or(err, noNotice)
	}
	may, err := c.NoticeIsFor(ctx, n, notice.KeysOf(actor))
	if err == nil && !may {
		err = errs.New(errs.NotFound, noNotice)
	}
	return n, err
}

// markOne marks a notice; one marked before stays so. What a person has read is
// their own business and not in the audit trail.
func (s *Service) markOne(ctx context.Context, actor access.Actor, n notice.Notice) error {
	err := s.store.Tx(ctx, func(tx *store.Tx) error { return tx.InsertNoticeReads(ctx, actor.ID, []notice.Notice{n}) })
	if errors.Is(err, store.ErrDuplicate) {
		return nil
	}
	return err
}

// marksAtOnce bounds what is marked one by one in one transaction.
const marksAtOnce = 500

// MarkAllRead marks all an actor could see up to an instant: that of the newest
// notice on the page they saw. What came since stays unread.
func (s *Service) MarkAllRead(ctx context.Context, actor access.Actor, upTo int64) error {
	if err := actor.Require(access.SignedIn, 0); err != nil {
		return err
	}
	mark := min(upTo, s.store.Now().Add(-settle).UnixMicro())
	if err := s.store.Tx(ctx, func(tx *store.Tx) error { return tx.MoveNoticeMark(ctx, actor.ID, mark) }); err != nil {
		return err
	}
	for {
		n, err := s.markYoung(ctx, actor, upTo)
		if err != nil || n < marksAtOnce {
			return err
		}
	}
}

// markYoung marks what lies between the mark and an instant one by one, and
// says how many.
func (s *Service) markYoung(ctx context.Context, actor access.Actor, upTo int64) (int, error) {
	var marked int
	err := s.store.Tx(ctx, func(tx *store.Tx) error {
		list, err := tx.Notices(ctx, store.NoticeQuery{AccountID: actor.ID, Keys: notice.KeysOf(actor), Unread: true, BeforeAt: upTo + 1, Limit: marksAtOnce})
		if err != nil {
			return err
		}
		marked = len(list)
		young := make([]notice.Notice, len(list))
		for i, n := range list {
			young[i] = n.Notice
		}
		return tx.InsertNoticeReads(ctx, actor.ID, young)
	})
	if errors.Is(err, store.ErrDuplicate) { // another window did the same
		return marksAtOnce, nil
	}
	return marked, err
}
