"""A payment failed, or came after all: who gets to know, and until when is there grace?"""

from process_apis.payment_recovery.flow import recover
from process_apis.payment_recovery.model import Stage
from process_apis.payment_recovery.offer import configure
from process_apis.payment_recovery.receiving import SUBSCRIBER

__all__ = ["SUBSCRIBER", "Stage", "configure", "recover"]
