"""How labels are cut out of the sources, and how machine code is made comparable."""

from __future__ import annotations

from introspect import code, without_labels


def test_the_body_of_the_closure_stays() -> None:
    text = 'at_field("keys", || at_index(index, || field::traverse(key, visit)))?;\n'
    assert without_labels(text) == "field::traverse(key, visit)?;\n"


def test_a_call_in_a_macro_goes_with_its_path() -> None:
    assert without_labels("$crate::label::at_index(index, || $crate::field::traverse(element, visit))") == (
        "$crate::field::traverse(element, visit)"
    )


def test_code_without_labels_stays_as_it_is() -> None:
    text = "field::traverse(&self.0, visit)\n"
    assert without_labels(text) == text


def test_addresses_hashes_and_padding_do_not_count() -> None:
    one = "<f>:\n\tlea    -0x15170(%rip),%rax  # <GCC_except_table1+0x2e>\n\tcall   <_ZN1a17h251698fe097b6378E>\n\tint3"
    other = "<f>:\n\tlea    0x20(%rip),%rax  # <anon.21.llvm.9+0x5>\n\tcall   <_ZN1a17h783faba340c5dee3E>"
    assert code(one) == code(other)


def test_another_instruction_counts() -> None:
    assert code("<f>:\n\tpush   %rbx\n\tret") != code("<f>:\n\tret")
