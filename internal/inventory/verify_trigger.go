package inventory

import "context"

// triggers proves I17 where the engine has triggers: what refuses every change of
// the books is there and does so. Without it a change leaves no error behind.
func (k *checker) triggers(ctx context.Context) error {
	guards, err := k.conn.Guards(ctx)
	for _, g := range guards {
		switch object := "触发器 " + g.Name; {
		case !g.There:
			k.add("trigger", object, "不在了，账本可能被改动过（MySQL 系也可能是数据库账户没有 TRIGGER 权限，看不到它）。查明原因后可重建：%s", g.Make)
		case g.Changed:
			k.add("trigger", object, "被换成了别的，账本可能被改动过。查明原因后可删除并重建：%s", g.Make)
		}
	}
	return err
}
