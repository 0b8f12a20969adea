namespace Purser.BrowserTests.Support;

static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Purser.slnx"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("The repository's root, which holds Purser.slnx, was not found above the tests.");
    }
}
