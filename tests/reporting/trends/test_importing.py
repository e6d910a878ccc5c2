import subprocess
import sys


def test_importing_the_interface_loads_no_library_and_asking_for_a_method_does():
    program = (
        "import sys, reporting.trends as trends\n"
        "heavy = {'numpy', 'scipy', 'statsmodels', 'pandas', 'django'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "print(callable(trends.vital_few), 'scipy' in sys.modules, 'django' in sys.modules)\n"
        "print([name for name in trends.__all__ if not hasattr(trends, name)], hasattr(trends, 'nothing'))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["[]", "True True False", "[] False"]
