using Muk.Orchestrator.Images;

namespace Muk.Tests.Orchestrator.Images;

public sealed class ImageCatalogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-test-").FullName;

    [Fact]
    public void A_folder_that_is_not_there_is_an_empty_catalog()
    {
        var catalog = ImageCatalog.Load(Path.Combine(_folder, "none"));
        Assert.Empty(catalog.Entries);
        Assert.Null(catalog.Find("x"));
    }

    [Fact]
    public void Broken_images_are_listed_with_a_reason()
    {
        File.WriteAllText(Path.Combine(_folder, "text.muk"), "no image");
        File.WriteAllBytes(Path.Combine(_folder, "empty.muk"), []);
        File.WriteAllText(Path.Combine(_folder, "other.txt"), "not looked at");
        var catalog = ImageCatalog.Load(_folder);
        Assert.Equal(["empty", "text"], catalog.Names);
        Assert.All(catalog.Entries, e =>
        {
            Assert.Null(e.Manifest);
            Assert.NotEqual("", e.Problem);
            Assert.DoesNotContain('\n', e.Problem!);
        });
    }

    [Fact]
    public void An_image_whose_source_has_stopped_building_cannot_be_used_and_says_why()
    {
        File.WriteAllText(Path.Combine(_folder, "stale.muk"), "an image of a source that is no more");
        File.WriteAllText(Path.Combine(_folder, ".stale.failed"), "muks/stale.c:2:5: use of undeclared identifier 'x'\n");
        File.WriteAllText(Path.Combine(_folder, ".never.failed"), "muks/never.c:1:1: never has no main\n");
        var catalog = ImageCatalog.Load(_folder);
        Assert.Equal(["never", "stale"], catalog.Names);
        Assert.Null(catalog.Find("stale")!.Manifest);
        Assert.Equal("its source does not build: muks/stale.c:2:5: use of undeclared identifier 'x'", catalog.Find("stale")!.Problem);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
