"""How text is cut and how names are spelled."""

from __future__ import annotations

import pickle

import pytest

from generator.tokens import HanTokenizer, fold, pieces, pinyin_keys, typed_pinyin


def terms(text: str, singles: bool = True) -> list[str]:
    return [token.text for token in HanTokenizer(singles)(text)]


def test_han_text_becomes_characters_and_pairs() -> None:
    assert terms("王村") == ["王", "村", "王村"]
    assert terms("耕地地力") == ["耕", "地", "地", "力", "耕地", "地地", "地力"]
    assert terms("耕地地力", singles=False) == ["耕地", "地地", "地力"]
    assert terms("村", singles=False) == ["村"]
    assert terms("村") == ["村", "村"]


def test_other_text_stays_in_whole_words() -> None:
    assert terms("WeChat 〔2022〕7号") == ["wechat", "2022", "7", "号", "号"]
    assert terms("90-99岁老人", singles=False) == ["90", "99", "岁老", "老人"]


def test_pairs_do_not_cross_what_stands_between() -> None:
    assert terms("王村，李庄", singles=False) == ["王村", "李庄"]
    assert terms("王村2025李庄", singles=False) == ["王村", "2025", "李庄"]


def test_what_looks_the_same_is_the_same() -> None:
    assert fold("ＷＣ２０２５") == "wc2025"
    assert terms("王\u200b村") == terms("\u202e王村\u202c") == terms("王村")
    assert [piece.kind for piece in pieces("wc2025王村")] == ["letters", "digits", "han"]


def test_marks_and_operators_are_no_terms() -> None:
    assert terms("*~^:()[]{}\"'\\/，。《》😀\x00") == []


def test_rare_characters_are_han_text() -> None:
    assert terms("𠮷村〇", singles=False) == ["𠮷村", "村〇"]


def test_the_tokenizer_survives_pickling_at_its_place() -> None:
    tokenizer = pickle.loads(pickle.dumps(HanTokenizer(True)))
    assert [token.text for token in tokenizer("王村")] == ["王", "村", "王村"]
    assert (HanTokenizer.__module__, HanTokenizer.__qualname__) == ("generator.tokens", "HanTokenizer")


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("王村", "wangcun", "wc"),
        ("耕地地力保护", "gengdidilibaohu", "gddlbh"),
        ("耕地地力保护补贴", "gengdidilibaohubutie", "gddlbhbt"),
        ("雨露计划职业教育补助", "yulujihuazhiyejiaoyubuzhu", "yljhzyjybz"),
        ("退耕还林补助", "tuigenghuanlinbuzhu", "tghlbz"),
        ("实际种粮农民一次性补贴", "shijizhongliangnongminyicixingbutie", "sjzlnmycxbt"),
        ("重度残疾人护理补贴", "zhongducanjirenhulibutie", "zdcjrhlbt"),
        ("单亲家庭", "danqinjiating", "dqjt"),
        ("90-99岁老人营养补助", "9099suilaorenyingyangbuzhu", "9099slryybz"),
        ("长治", "changzhi", "cz"),
        ("长岭镇", "changlingzhen", "clz"),
        ("长沟村", "changgoucun", "cgc"),
        ("长子县", "zhangzixian", "zzx"),
        ("村长", "cunzhang", "cz"),
        ("增长", "zengzhang", "zz"),
        ("曾家村", "zengjiacun", "zjc"),
        ("洪洞县", "hongtongxian", "htx"),
        ("解家庄", "xiejiazhuang", "xjz"),
        ("解放村", "jiefangcun", "jfc"),
        ("单家村", "shanjiacun", "sjc"),
        ("仇庄", "qiuzhuang", "qz"),
        ("区村", "oucun", "oc"),
        ("区级", "quji", "qj"),
        ("乐家湾", "yuejiawan", "yjw"),
        ("乐山", "leshan", "ls"),
        ("重庆", "chongqing", "cq"),
        ("重阳乡", "chongyangxiang", "cyx"),
        ("朝阳村", "chaoyangcun", "cyc"),
        ("绿水村", "lvshuicun", "lsc"),
        ("A类村", "aleicun", "alc"),
        ("", "", ""),
        ("！", "", ""),
    ],
)
def test_names_are_spelled_as_people_say_them(name: str, full: str, initials: str) -> None:
    assert pinyin_keys(name) == (full, initials)


def test_typed_pinyin_is_in_the_spelling_of_the_keys() -> None:
    assert typed_pinyin("LÜ Xi'an") == "lv xian"
