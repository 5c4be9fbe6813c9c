package directory

import (
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/quantity"
)

// check turns the form into an item; old is the item being changed, zero for a
// new one.
func (e *editor) check(in ItemInput, old catalog.Item) catalog.Item {
	it := catalog.Item{ID: old.ID, Code: old.Code, Name: tidy(in.Name), Spec: tidy(in.Spec), CategoryID: in.CategoryID,
		StorageMonths: in.StorageMonths, Recoverable: in.Recoverable, Serial: in.Serial, CheckMonths: in.CheckMonths}
	e.checkCode(in.Code, old, &it)
	if catalog.Key(it.Name) == "" {
		e.Add("name", "请填写物资名称。")
	}
	checkText(&e.Check, "name", "物资名称", it.Name, maxName)
	checkText(&e.Check, "spec", "规格型号", it.Spec, maxSpec)
	e.checkUnit(in.Unit, &it)
	e.checkSerial(it)
	e.checkPacks(in.Packs, &it)
	e.checkCategory(&it)
	if it.StorageMonths < 0 || it.StorageMonths > maxStorageMonths {
		e.Add("storage_months", "储存年限应在 0 到 %d 个月之间，0 表示未知。", maxStorageMonths)
	}
	if it.CheckMonths < 0 || it.CheckMonths > maxCheckMonths {
		e.Add("check_months", "试机周期应在 0 到 %d 个月之间，0 表示不用试机。", maxCheckMonths)
	}
	e.checkMeasures(in, &it)
	if e.OK() && len([]rune(catalog.ItemKey(it.Name, it.Spec, it.Unit))) > maxItemKey {
		e.Add("spec", "名称加规格太长，请缩短规格。")
	}
	e.checkAliases(in.Aliases, &it)
	e.checkUnique(it)
	return it
}

// checkMeasures reads what one unit weighs and fills. Without a unit nobody can
// say of what.
func (e *editor) checkMeasures(in ItemInput, it *catalog.Item) {
	var err error
	if it.WeightGram, err = quantity.Gram(in.Weight); err != nil {
		e.Add("weight", "%s", errs.MessageOf(err))
	}
	if it.VolumeCm3, err = quantity.Cm3(in.Volume); err != nil {
		e.Add("volume", "%s", errs.MessageOf(err))
	}
	if it.Draft && it.WeightGram > 0 {
		e.Add("weight", "单重是一个计量单位的重量，请先填计量单位。")
	}
	if it.Draft && it.VolumeCm3 > 0 {
		e.Add("volume", "体积是一个计量单位的体积，请先填计量单位。")
	}
}

func (e *editor) checkCode(typed string, old catalog.Item, it *catalog.Item) {
	code := catalog.Key(typed)
	switch {
	case code == "" || code == old.Code:
		return
	case old.ID != 0:
		e.Add("code", "物资编码「%s」一经使用不能修改。", old.Code)
	case len(code) > maxCode || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") != "":
		e.Add("code", "物资编码只能用字母、数字、点和短横，最多 %d 位；留空由系统编号。", maxCode)
	default:
		it.Code = code
	}
}

func (e *editor) checkUnit(typed string, it *catalog.Item) {
	typed = tidy(typed)
	it.Draft = typed == ""
	if it.Draft {
		return
	}
	u, listed := e.unit(typed)
	if !listed {
		e.Add("unit", "单位表中没有「%s」，请从列表中选择计量单位，或先新增这个单位。", typed)
	}
	it.Unit, it.Decimals = u.Name, u.Decimals
}

// checkSerial wants a unit that counts in whole pieces: half a generator has no
// number.
func (e *editor) checkSerial(it catalog.Item) {
	switch {
	case !it.Serial:
	case it.Draft:
		e.Add("serial", "逐件管理的物资要先填计量单位，例如「台」。")
	case it.Unit != "" && it.Decimals > 0:
		e.Add("serial", "「%s」可以有小数，不能逐件管理；请改用按整数计的单位，例如「台」。", it.Unit)
	}
}

// checkPacks reads the packs. Without a known unit nobody can say what they
// hold, and the unit is what must be mended first.
func (e *editor) checkPacks(typed string, it *catalog.Item) {
	switch {
	case strings.TrimSpace(typed) == "":
		return
	case it.Draft:
		e.Add("packs", "包装按计量单位换算，请先填计量单位。")
		return
	case it.Unit == "":
		return
	}
	packs, err := catalog.ParsePacks(typed, *it)
	if err != nil {
		e.Add("packs", "%s", errs.MessageOf(err))
		return
	}
	it.Packs = packs
}

// unit finds a unit by its word, else by the standard word for it.
func (e *editor) unit(word string) (catalog.Unit, bool) {
	for _, want := range []string{word, e.words.Unit(word)} {
		for _, u := range e.units {
			if u.Name == want {
				return u, true
			}
		}
	}
	return catalog.Unit{}, false
}

func (e *editor) checkCategory(it *catalog.Item) {
	for _, c := range e.categories {
		if c.ID == it.CategoryID {
			it.Category = c.Name
			return
		}
	}
	e.Add("category", "请从列表中选择物资类别。")
}

func (e *editor) checkAliases(typed []string, it *catalog.Item) {
	seen := map[string]bool{catalog.Key(it.Name): true, "": true}
	for _, a := range typed {
		a = tidy(a)
		key := catalog.Key(a)
		if seen[key] {
			continue
		}
		seen[key] = true
		checkText(&e.Check, "aliases", "别名「"+a+"」", key, maxName)
		if len([]rune(a)) > maxAlias {
			e.Add("aliases", "有一个别名超过 %d 个字（含空格和音标），请缩短。", maxAlias)
		}
		if e.words.NeverSame(a, it.Name) {
			e.Add("aliases", "「%s」和「%s」是两种物资，不能作别名。", a, it.Name)
		}
		for _, o := range e.items {
			if o.ID != it.ID && catalog.Key(o.Name) == key {
				e.Add("aliases", "「%s」是目录中另一种物资（%s）的名称，不能作别名。", a, o.Code)
				break
			}
		}
		it.Aliases = append(it.Aliases, a)
	}
	if len(it.Aliases) > maxAliases {
		e.Add("aliases", "别名最多 %d 个，请删去不常用的。", maxAliases)
	}
}

// checkUnique refuses the same goods a second time: under the same name or as
// another item's alias, with the same spec, in the same unit or another word
// for it (公斤, 千克).
func (e *editor) checkUnique(it catalog.Item) {
	for _, o := range e.items {
		if o.ID == it.ID {
			continue
		}
		if it.Code != "" && it.ID == 0 && o.Code == it.Code {
			e.Add("code", "物资编码「%s」已用于「%s」，请换一个或留空由系统编号。", it.Code, o.Label())
		}
		if !e.sameMeasure(o, it) {
			continue
		}
		if catalog.Key(o.Name) == catalog.Key(it.Name) {
			e.Add("name", "目录中已有「%s」，单位%s（编码 %s），不用重复新增。", o.Label(), unitText(o), o.Code)
			continue
		}
		for _, a := range o.Aliases {
			if catalog.Key(a) == catalog.Key(it.Name) {
				e.Add("name", "「%s」是「%s」（编码 %s）的别名，请直接使用那一种，或先去掉那个别名。", it.Name, o.Label(), o.Code)
			}
		}
	}
}

// sameMeasure reports that two items have one spec and count in one unit.
func (e *editor) sameMeasure(a, b catalog.Item) bool {
	return catalog.Key(a.Spec) == catalog.Key(b.Spec) && catalog.Key(e.words.Unit(a.Unit)) == catalog.Key(e.words.Unit(b.Unit))
}

func unitText(it catalog.Item) string {
	if it.Draft {
		return "未定"
	}
	return "「" + it.Unit + "」"
}
