from tests.migrations.filled import *
def test_q(app):
    seeds.run_seeds(app, seeds.REFERENCE); seeds.run_seeds(app, seeds.DEMO); db.session.remove()
    print([n for n,c in counts().items() if not c]); assert 0
