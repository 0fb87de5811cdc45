"""Verbs of the payments slice: what other slices call, with a record of theirs, an amount in cents and a rule."""

from app.payments.provider.client import pages_origin
from app.payments.service.asking import (
    Payer,
    Terms,
    ask,
    expire,
    forget_payer,
    forgive,
    link_end,
    open_to_visitor,
    pay_until,
    release,
    send_link,
)
from app.payments.service.bookkeeping import accept_late, allocate, book_payment, record_payment, reverse_movement
from app.payments.service.charging import carry_card_over, charge_saved_card, keep_card, note_decline, note_silence
from app.payments.service.closing import close_day, verify_closings
from app.payments.service.configuring import change_rules
from app.payments.service.declaring import payable_kind
from app.payments.service.disputing import book_chargeback, book_fee, note_dispute, open_dispute, undo_chargeback
from app.payments.service.letting_go import let_card_go, note_card_forgotten, note_card_not_forgotten
from app.payments.service.receipts import receipt_of
from app.payments.service.refunding import (
    approve_refund,
    book_refund,
    decline_refund,
    fail_refund,
    found_refund,
    give_back,
    give_up_refund,
    refund_payment,
    retry_refund,
)
from app.payments.service.remitting import Carried, Sent, book_account_fee, follow_payout, note_payout

__all__ = [
    "Carried", "Payer", "Sent", "Terms", "accept_late", "allocate", "approve_refund", "ask", "book_account_fee",
    "book_chargeback", "book_fee", "book_payment", "book_refund", "carry_card_over", "change_rules",
    "charge_saved_card", "close_day", "decline_refund", "expire", "fail_refund", "follow_payout", "forget_payer",
    "forgive", "found_refund", "give_back", "give_up_refund", "keep_card", "let_card_go", "link_end",
    "note_card_forgotten", "note_card_not_forgotten", "note_decline", "note_dispute", "note_payout",
    "note_silence", "open_dispute", "open_to_visitor", "pages_origin", "pay_until", "payable_kind", "receipt_of",
    "record_payment", "refund_payment", "release", "retry_refund", "reverse_movement", "send_link", "undo_chargeback",
    "verify_closings",
]  # fmt: skip
