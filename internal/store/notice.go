package store

import (
	"cmp"
	"context"
	"slices"

	"changbei/internal/id"
	"changbei/internal/notice"
)

type noticeRow struct {
	ID         id.ID       `db:"id"`
	Kind       notice.Kind `db:"kind"`
	Title      string      `db:"title"`
	Body       string      `db:"body"`
	Path       string      `db:"path"`
	DepotID    id.ID       `db:"depot_id"`
	ResponseID id.ID       `db:"response_id"`
	ActorID    id.ID       `db:"actor_id"`
	ActorName  string      `db:"actor_name"`
	CreatedAt  int64       `db:"created_at"`
}

func (r noticeRow) notice() notice.Notice {
	return notice.Notice{ID: r.ID, Kind: r.Kind, Title: r.Title, Body: r.Body, Path: r.Path, DepotID: r.DepotID, ResponseID: r.ResponseID,
		ActorID: r.ActorID, ActorName: r.ActorName, At: r.CreatedAt}
}

// InsertNotice writes a notice with the keys it is found by. Who did what it
// tells has read it.
func (t *Tx) InsertNotice(ctx context.Context, n notice.Notice) error {
	_, err := t.exec(ctx, "notice-insert", M{"id": n.ID, "kind": n.Kind, "title": n.Title, "body": n.Body, "path": n.Path, "depot_id": n.DepotID,
		"response_id": n.ResponseID, "actor_id": n.ActorID, "actor_name": n.ActorName, "created_at": n.At})
	if err != nil {
		return err
	}
	var rows []M
	for _, key := range n.Keys() {
		rows = append(rows, M{"audience": key, "told_at": n.At, "notice_id": n.ID})
	}
	if err := t.insertMany(ctx, "notice-audience-insert", rows); err != nil || n.ActorID == 0 {
		return err
	}
	return t.InsertNoticeReads(ctx, n.ActorID, []notice.Notice{n})
}

// InsertNoticeReads notes that an account has read notices; one that it had
// read before is ErrDuplicate.
func (t *Tx) InsertNoticeReads(ctx context.Context, account id.ID, list []notice.Notice) error {
	rows := make([]M, len(list))
	for i, n := range list {
		rows[i] = M{"account_id": account, "notice_id": n.ID, "told_at": n.At, "read_at": t.NowMicro()}
	}
	return t.insertMany(ctx, "notice-read-insert", rows)
}

// MoveNoticeMark notes that an account has read all up to an instant, and drops
// what that says as well. A mark is never moved back.
func (t *Tx) MoveNoticeMark(ctx context.Context, account id.ID, allBefore int64) error {
	n, err := t.exec(ctx, "notice-mark-move", M{"account_id": account, "all_before": allBefore})
	if err != nil || n == 0 {
		return err
	}
	_, err = t.exec(ctx, "notice-read-prune", M{"account_id": account, "all_before": allBefore})
	return err
}

// Notice gives one, or NotFound. Whom it is for is asked with NoticeIsFor.
func (c *Conn) Notice(ctx context.Context, of id.ID) (notice.Notice, error) {
	var r noticeRow
	err := c.get(ctx, &r, "notice-get", M{"id": of})
	return r.notice(), err
}

// NoticeIsFor reports that one of some audience keys is the notice's.
func (c *Conn) NoticeIsFor(ctx context.Context, n notice.Notice, keys []string) (bool, error) {
	var count int
	err := c.get(ctx, &count, "notice-for", M{"audiences": keys, "told_at": n.At, "notice_id": n.ID})
	return count > 0, err
}

// UnreadNotices counts what an account with some audience keys has not read,
// up to a limit.
func (c *Conn) UnreadNotices(ctx context.Context, account id.ID, keys []string, limit int) (int, error) {
	var count int
	err := c.get(ctx, &count, "notice-unread-count", M{"account_id": account, "audiences": keys, "limit": limit})
	return count, err
}

// NoticeQuery asks for a page of somebody's notices, newest first.
type NoticeQuery struct {
	AccountID id.ID
	Keys      []string // audience keys
	Unread    bool     // what was not read only
	BeforeAt  int64    // from before an instant and id, 0 = from the newest
	BeforeID  id.ID
	Limit     int
}

// SeenNotice is a notice with whether it was read.
type SeenNotice struct {
	notice.Notice
	Seen bool
}

// keysAtOnce bounds the parts of one statement: SQLite takes 500.
const keysAtOnce = 100

// endOfTime is later than any instant.
const endOfTime = 1<<63 - 1

// Notices gives a page. Somebody with many depots has many keys; the newest of
// each hundred are asked for and the newest of all of these kept.
func (c *Conn) Notices(ctx context.Context, q NoticeQuery) ([]SeenNotice, error) {
	name := "notice-page"
	if q.Unread {
		name = "notice-unread-page"
	}
	args := M{"account_id": q.AccountID, "before_at": cmp.Or(q.BeforeAt, endOfTime), "before_id": q.BeforeID, "limit": q.Limit}
	found := map[id.ID]SeenNotice{}
	for keys := range slices.Chunk(q.Keys, keysAtOnce) {
		each := make([]M, len(keys))
		for i, k := range keys {
			each[i] = M{"audience": k}
		}
		var rows []struct {
			noticeRow
			Seen bool `db:"seen"`
		}
		if err := c.listEach(ctx, &rows, name, args, each); err != nil {
			return nil, err
		}
		for _, r := range rows {
			found[r.ID] = SeenNotice{r.notice(), r.Seen}
		}
	}
	var list []SeenNotice
	for _, n := range found {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b SeenNotice) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID)) })
	return list[:min(len(list), q.Limit)], nil
}
