"""Reading SOAP as SUNAT writes it: by local names, whatever the prefixes; what says two things says nothing."""

from onapi.errors import Unreadable
from onapi.gateways.sunat.answer import Answer, Kind, of_file, of_status, of_ticket, silence
from onapi.gateways.sunat.spelling import code_alone, code_of_fault
from onapi.values.xmltree import Element, all_local, local_name, parse_xml, text_of


def read_soap(data: bytes) -> Answer | None:
    """What a SOAP envelope says; None if it is no SOAP envelope."""
    try:
        root = parse_xml(data)
    except Unreadable:
        return None
    bodies = list(all_local(root, "Body"))
    if local_name(root) != "Envelope" or not bodies:
        return None
    inside = [each for each in bodies[0] if local_name(each)]
    if len(bodies) > 1 or len(inside) != 1:
        return silence("not exactly one response in the body")
    return _fault(inside[0]) if local_name(inside[0]) == "Fault" else _response(inside[0])


def _fault(fault: Element) -> Answer:
    """A fault of SOAP 1.1, or of 1.2 as some servers in front write it."""
    coded = text_of(fault, "faultcode") or text_of(fault, "Code/Subcode/Value") or text_of(fault, "Code/Value")
    words = text_of(fault, "faultstring") or text_of(fault, "Reason/Text")
    detail = text_of(fault, "detail/message") or text_of(fault, "detail")
    code = code_of_fault(coded, words)
    if not code:
        return silence(f"{coded} {words}".strip())
    return Answer(Kind.CODE, code=code, words=detail if code_alone(words) else words or detail)


def _response(response: Element) -> Answer:
    parts = [each for each in response if local_name(each)]
    if len(parts) != 1:
        return silence("not exactly one part in the response")
    match local_name(parts[0]):
        case "applicationResponse":
            return of_file(text_of(parts[0]))
        case "ticket":
            return of_ticket(text_of(parts[0]))
        case "status" | "statusCdr":
            return _status(parts[0])
        case _:
            return silence("no response in the body")


def _status(status: Element) -> Answer:
    names = [local_name(each) for each in status if local_name(each)]
    if len(names) != len(set(names)):
        return silence("a status that says two things")
    return of_status(text_of(status, "statusCode"), text_of(status, "content"), words=text_of(status, "statusMessage"))
