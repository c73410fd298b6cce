"""Texts become unit vectors: the same alone and in company, for any string, in bounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.kit.meaning.clean import LETTERS, clean, widened, windows
from koinon.kit.meaning.local import TOKENS_AT_ONCE, Encoder, Window, _batches
from koinon.kit.meaning.port import EncoderUnavailable

from .encoders import ROOT, encoder_folder

ANY = st.text(alphabet=st.characters(), max_size=60)


def test_a_translation_is_nearer_than_another_subject(encoder: Encoder):
    said = ["Vocational training of young people in schools", "Recycling of construction waste"]
    theirs = {
        "sq": ["Trajnimi profesional i të rinjve në shkolla", "Riciklimi i mbetjeve të ndërtimit"],
        "lt": ["Profesinis jaunimo mokymas mokyklose", "Statybinių atliekų perdirbimas"],
        "mk": ["Стручна обука на млади во училиштата", "Рециклирање на градежен отпад"],
        "el": ["Επαγγελματική κατάρτιση νέων στα σχολεία", "Ανακύκλωση αποβλήτων κατασκευών"],
        "sl": ["Poklicno usposabljanje mladih v šolah", "Recikliranje gradbenih odpadkov"],
        "nb": ["Yrkesopplæring av unge i skolen", "Gjenvinning av byggavfall"],
    }
    ours = encoder.encode(said, "query")
    for language, pair in theirs.items():
        near = ours @ encoder.encode(pair, "query").T
        assert near[0, 0] > near[0, 1], language
        assert near[1, 1] > near[1, 0], language


def test_vectors_are_those_of_the_full_model(encoder: Encoder):
    """Three values of multilingual-e5-small in full precision, from the same four-bit weights."""
    golden = json.loads((Path(__file__).parent / "golden.json").read_text("utf-8"))
    found = encoder.encode([each["text"] for each in golden], "query")
    for vector, each in zip(found, golden, strict=True):
        assert float(vector @ np.array(each["vector"], np.float32)) > 0.998, each["text"]


def test_company_changes_nothing_and_order_is_kept(encoder: Encoder):
    texts = ["Velenje", "городской транспорт", "", "Σέρρες " * 400, "a", "mokymai mokytojams apie atliekas"]
    together = encoder.encode(texts, "query")
    alone = np.concatenate([encoder.encode([each], "query") for each in texts])
    assert together.dtype == np.float32
    assert together.shape == (6, 384)
    assert np.abs(together - alone).max() < 1e-5
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.abs(encoder.encode(texts, "passage") - together).max() > 0.01
    assert encoder.encode([], "query").shape == (0, 384)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY, min_size=1, max_size=3))
def test_any_string_gives_a_unit_vector(encoder: Encoder, texts: list[str]):
    found = encoder.encode(texts, "query")
    assert np.isfinite(found).all()
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)


@pytest.mark.parametrize(
    "text",
    ["\ufdfa" * 10_000, "a" * 300_000, "\0" * 5_000, "\ud800\udfff" * 100, "<s></s><mask>" * 50, "👩‍👩‍👧" * 3000],
)
def test_hostile_texts_are_only_texts(encoder: Encoder, text: str):
    found = encoder.encode([text, "Velenje"], "query")
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    assert np.abs(found[1] - encoder.encode(["Velenje"], "query")[0]).max() < 1e-5


def test_written_names_of_special_tokens_are_letters(encoder: Encoder):
    tokens = next(encoder._windows(0, "<s>", "query")).tokens
    assert tokens.count(0) == 1
    assert tokens[-1] == 2


def test_the_end_of_a_long_text_counts(encoder: Encoder):
    start = "The school offers places for apprentices in its workshop. " * 60
    other = start + "Grape marc and olive pomace become compost in our municipality. " * 60
    both, plain, end = encoder.encode([other, start, "Grape marc and olive pomace become compost."], "query")
    assert both @ end > plain @ end + 0.01


def test_threads_may_ask_at_the_same_time(encoder: Encoder):
    from concurrent.futures import ThreadPoolExecutor

    texts = [f"offer number {each}" for each in range(24)]
    once = encoder.encode(texts, "query")
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: encoder.encode(texts, "query"), range(6)):
            assert np.abs(found - once).max() < 1e-5


def test_memory_stays_under_650_megabytes():
    """Long texts, many texts and both at once, in a process of its own; measured as the system counts it."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from koinon.kit.meaning.local import Encoder\n"
        "encoder = Encoder(Path(sys.argv[1]))\n"
        "long = 'Mokytojai ir savivaldybės dirba kartu su partneriais. ' * 400\n"
        "encoder.encode([long] * 3 + ['short text'] * 200 + ['\\ufdfa' * 30000], 'query')\n"
        "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "print(int(status['VmHWM'].split()[0]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(encoder_folder())], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert int(done.stdout) <= 650


def test_batches_hold_every_window_once_and_never_too_much():
    cut = [Window(place, [7] * (place * 37 % 500 + 1)) for place in range(300)]
    batches = list(_batches(cut))
    assert sorted(window.text for batch in batches for window in batch) == list(range(300))
    assert all(len(batch) * max(len(each.tokens) for each in batch) <= TOKENS_AT_ONCE for batch in batches)
    assert list(_batches([])) == []


def test_a_folder_with_another_encoder(tmp_path: Path):
    """A model that gives one vector per token, takes segment ids and marks its ends, as most exports do."""
    folder = _other(tmp_path / "other")
    other = Encoder(folder)
    assert other.size == 3
    found = other.encode(["alpha beta", "beta", "alpha " * 2000], "query")
    table = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], np.float32)
    expected = table[[3, 1, 2, 4]].mean(0)
    assert np.allclose(found[0], expected / np.linalg.norm(expected), atol=1e-5)
    assert found[2] @ np.array([1, 0, 0], np.float32) > 0.99
    assert other.version.startswith("other-")
    assert len(other.version) == len("other-") + 8
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    assert np.allclose(Encoder(folder).encode(["alpha beta"])[0], [0, 0, 1])
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "beta ", "passage": ""}}')
    assert Encoder(folder)._prefixes == {"query": [2], "passage": []}


def test_a_folder_without_a_model_says_so(tmp_path: Path):
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        Encoder(tmp_path)
    folder = _other(tmp_path / "other")
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        Encoder(folder)


@given(ANY)
def test_cleaning_twice_changes_nothing(text: str):
    once = clean(text)
    assert clean(once) == once
    assert "\0" not in once
    once.encode("utf-8")
    assert len(once) <= LETTERS


def test_cleaning_joins_and_limits():
    assert clean("  Velenje\0\n\tŠola\ud800 ") == "Velenje Šola"
    assert clean("s\u030cola") == "šola"
    assert clean(None) == ""
    assert len(clean("ab " * 50_000)) <= LETTERS
    assert len(widened(clean("\ufdfa" * 40_000))) <= LETTERS


@given(st.integers(0, 9000))
def test_windows_are_even_and_few(count: int):
    cut = windows(list(range(count)))
    assert 1 <= len(cut) <= 8
    assert all(len(each) <= 500 for each in cut)
    assert [token for each in cut for token in each] == list(range(min(count, 4000)))
    assert max(map(len, cut)) - min(map(len, cut)) <= 1


def _other(folder: Path) -> Path:
    from onnx import TensorProto, helper, numpy_helper, save
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    folder.mkdir()
    words = {"[UNK]": 0, "alpha": 1, "beta": 2, "[CLS]": 3, "[SEP]": 4}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [("[CLS]", 3), ("[SEP]", 4)]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], np.float32)
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "l"]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["b", "l"]),
        helper.make_tensor_value_info("token_type_ids", TensorProto.INT32, ["b", "l"]),
    ]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["token_type_ids"], ["kinds"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["kinds", "axis"], ["wide"]),
        helper.make_node("Add", ["rows", "wide"], ["last_hidden_state"]),
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["b", "l", 3])]
    constants = [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([2]), "axis")]
    model = helper.make_model(
        helper.make_graph(nodes, "other", inputs, outputs, constants), opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 8
    save(model, str(folder / "model.onnx"))
    return folder
