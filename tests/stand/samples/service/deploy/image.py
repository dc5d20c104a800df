"""Packs src/ as an OCI image, image.tar. What `docker buildx build --output type=oci,dest=image.tar .` does
where there is a Docker; here without one, and the same bytes for the same sources."""

import hashlib
import io
import json
import pathlib
import tarfile

blobs = {}


def blob(data: bytes) -> dict:
    digest = hashlib.sha256(data).hexdigest()
    blobs["blobs/sha256/" + digest] = data
    return {"digest": "sha256:" + digest, "size": len(data)}


def packed(files: dict) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size = len(files[name])
            tar.addfile(info, io.BytesIO(files[name]))
    return out.getvalue()


def oci(kind: str, **fields) -> bytes:
    media = "application/vnd.oci.image." + kind + ".v1+json"
    return json.dumps({"schemaVersion": 2, "mediaType": media, **fields}).encode()


root = pathlib.Path(".")
files = {"app/" + str(p): p.read_bytes() for p in root.glob("src/**/*.py")}
files["app/pyproject.toml"] = (root / "pyproject.toml").read_bytes()
layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob(packed(files))}
config = {"mediaType": "application/vnd.oci.image.config.v1+json"}
config.update(
    blob(
        json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": {"Cmd": ["python", "-m", "cormorant.main"]},
                "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
            }
        ).encode()
    )
)
manifest = {"mediaType": "application/vnd.oci.image.manifest.v1+json"}
manifest.update(blob(oci("manifest", config=config, layers=[layer])))
blobs["index.json"] = oci("index", manifests=[manifest])
blobs["oci-layout"] = b'{"imageLayoutVersion":"1.0.0"}'
pathlib.Path("image.tar").write_bytes(packed(blobs))
